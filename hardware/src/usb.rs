//! USB sticks: heard of through the kernel, looked at before they are mounted, mounted read-only.
//!
//! The kernel says what was plugged in (uevents over netlink); the boot sector says what is on it, by our own look; only
//! vfat and exfat are mounted, and nothing on them can be run, be a device, or be written.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags};
use rustix::net::netlink::{KOBJECT_UEVENT, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType};

/// Longest message of the kernel, in bytes.
const MESSAGE_BYTES_MAX: usize = 8 * 1024;
/// The group of the kernel's own messages; udev's are another one.
const KERNEL: u32 = 1;
/// Bytes of a boot sector that are looked at.
const SECTOR_BYTES: usize = 512;
/// Block devices looked at when the service starts.
const DEVICES_MAX: usize = 64;

/// What a stick holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// FAT12, FAT16 or FAT32.
    Vfat,
    /// exFAT.
    Exfat,
}

impl FileSystem {
    /// What a boot sector says; `None` for anything that is not mounted.
    pub fn of(sector: &[u8]) -> Option<Self> {
        let holds = |at: usize, name: &[u8]| sector.get(at..).is_some_and(|rest| rest.starts_with(name));
        if !holds(510, &[0x55, 0xaa]) {
            return None;
        }
        if holds(3, b"EXFAT   ") {
            return Some(Self::Exfat);
        }
        let bytes_a_sector = sector.get(11..13).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let sound = bytes_a_sector.is_some_and(|bytes| [512, 1024, 2048, 4096].contains(&bytes));
        let named = holds(82, b"FAT32   ")
            || holds(54, b"FAT16   ")
            || holds(54, b"FAT12   ")
            || holds(54, b"FAT     ");
        (sound && named).then_some(Self::Vfat)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Vfat => "vfat",
            Self::Exfat => "exfat",
        }
    }
}

/// A block device that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name in `/dev`.
    pub device: String,
    /// It is there now.
    pub here: bool,
}

impl Change {
    /// What a message of the kernel says of a USB block device; `None` for everything else.
    pub fn parse(message: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(message).ok()?;
        let value = |key: &str| text.split('\0').find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let here = match value("ACTION")? {
            "add" | "change" => true,
            "remove" => false,
            _ => return None,
        };
        let on_usb = value("SUBSYSTEM")? == "block" && value("DEVPATH")?.contains("/usb");
        let device = value("DEVNAME").filter(|name| is_device_name(name))?;
        on_usb.then(|| Self { device: device.to_owned(), here })
    }
}

fn is_device_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 32 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The kernel's messages.
#[derive(Debug)]
pub struct Changes(OwnedFd);

impl Changes {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        let socket = rustix::net::socket_with(
            AddressFamily::NETLINK,
            SocketType::DGRAM,
            SocketFlags::CLOEXEC,
            Some(KOBJECT_UEVENT),
        )?;
        rustix::net::bind(&socket, &SocketAddrNetlink::new(0, KERNEL))?;
        Ok(Self(socket))
    }

    /// Waits for the next change of a USB block device.
    pub fn wait(&self) -> io::Result<Change> {
        let mut message = vec![0; MESSAGE_BYTES_MAX];
        loop {
            let (count, _) = rustix::net::recv(&self.0, message.as_mut_slice(), RecvFlags::empty())?;
            if let Some(change) = message.get(..count).and_then(Change::parse) {
                return Ok(change);
            }
        }
    }
}

/// USB block devices that are there already.
pub fn present() -> Vec<Change> {
    let Ok(entries) = std::fs::read_dir("/sys/class/block") else { return Vec::new() };
    let on_usb = |entry: &std::fs::DirEntry| {
        std::fs::canonicalize(entry.path()).is_ok_and(|path| path.to_string_lossy().contains("/usb"))
    };
    let names = entries.flatten().filter(on_usb).filter_map(|entry| entry.file_name().into_string().ok());
    let names = names.filter(|name| is_device_name(name)).take(DEVICES_MAX);
    names.map(|device| Change { device, here: true }).collect()
}

/// The device is still plugged in. FAT answers "no such file" for what it can no longer read of a stick that was pulled.
pub fn is_here(device: &str) -> bool {
    is_device_name(device) && Path::new("/sys/class/block").join(device).exists()
}

/// A stick that is mounted, read-only, until this is dropped.
#[derive(Debug)]
pub struct Mounted {
    folder: PathBuf,
}

impl Mounted {
    /// Mounts `device` on `folder` if it holds what is mounted at all; `None` for a disk with partitions, another file
    /// system, or nothing.
    pub fn new(device: &str, folder: &Path) -> io::Result<Option<Self>> {
        if !is_device_name(device) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let path = Path::new("/dev").join(device);
        let mut sector = [0; SECTOR_BYTES];
        File::open(&path)?.read_exact(&mut sector)?;
        let Some(system) = FileSystem::of(&sector) else { return Ok(None) };
        std::fs::create_dir_all(folder)?;
        let flags = MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        rustix::mount::mount(&path, folder, system.name(), flags, None)?;
        Ok(Some(Self { folder: folder.to_owned() }))
    }

    /// Where it is mounted.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // A stick that was pulled is let go of all the same.
        let _ = rustix::mount::unmount(&self.folder, UnmountFlags::DETACH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sector(at: usize, name: &[u8]) -> Vec<u8> {
        let mut sector = vec![0; SECTOR_BYTES];
        sector[11..13].copy_from_slice(&512_u16.to_le_bytes());
        sector[at..at + name.len()].copy_from_slice(name);
        sector[510..].copy_from_slice(&[0x55, 0xaa]);
        sector
    }

    #[test]
    fn only_vfat_and_exfat_are_mounted() {
        assert_eq!(FileSystem::of(&sector(82, b"FAT32   ")), Some(FileSystem::Vfat));
        assert_eq!(FileSystem::of(&sector(54, b"FAT16   ")), Some(FileSystem::Vfat));
        assert_eq!(FileSystem::of(&sector(3, b"EXFAT   ")), Some(FileSystem::Exfat));
        // A partition table, NTFS, nothing, too little.
        assert_eq!(FileSystem::of(&sector(0, b"")), None);
        assert_eq!(FileSystem::of(&sector(3, b"NTFS    ")), None);
        for length in 0..SECTOR_BYTES {
            assert_eq!(FileSystem::of(&sector(82, b"FAT32   ")[..length]), None);
        }
    }

    #[test]
    fn the_kernel_s_words_about_usb_block_devices_are_understood() {
        let message = |action: &str, path: &str, name: &str| {
            format!(
                "{action}@{path}\0ACTION={action}\0DEVPATH={path}\0SUBSYSTEM=block\0DEVNAME={name}\0DEVTYPE=partition\0"
            )
        };
        let path =
            "/devices/pci0000:00/0000:00:04.0/usb1/1-1/1-1:1.0/host2/target2:0:0/2:0:0:0/block/sda/sda1";
        let parsed = Change::parse(message("add", path, "sda1").as_bytes());
        assert_eq!(parsed, Some(Change { device: "sda1".to_owned(), here: true }));
        let parsed = Change::parse(message("remove", path, "sda1").as_bytes());
        assert_eq!(parsed, Some(Change { device: "sda1".to_owned(), here: false }));
        assert_eq!(Change::parse(message("add", "/devices/virtio/block/vda", "vda").as_bytes()), None);
        assert_eq!(Change::parse(message("bind", path, "sda1").as_bytes()), None);
        for name in ["../etc", "sda/1", "", "sda 1", "SDA"] {
            assert_eq!(Change::parse(message("add", path, name).as_bytes()), None, "{name}");
        }
        assert_eq!(Change::parse(b"\xff\xfe\0"), None);
        assert_eq!(Change::parse(b""), None);
    }

    #[test]
    fn a_device_outside_dev_is_never_mounted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Mounted::new("../etc/passwd", folder.path()).is_err());
        assert!(Mounted::new("nothing9", folder.path()).is_err());
        assert!(!is_here("nothing9") && !is_here("../block"));
    }
}
