//! `parvis join-desk`: a technician pairs this kiosk with the desk of another machine. Errors are for them, in French.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parvis_bundle::Digest;
use reqwest::{Client, Response, redirect};
use tokio::time::timeout;

use super::trust::{Look, distrusts, source};
use super::{DeskAddress, Joined, KeptError, Trust, TrustError};
use crate::desk::door::certificate::spoken_fingerprint;
use crate::desk::door::credentials::Token;
use crate::desk::door::kiosk_pair::{KioskAnswer, KioskRefusal, KioskRequest, Refused};

/// The desk answers within that time or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Bytes of an answer, at most.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// What a technician asks for.
pub struct Joining<'a> {
    /// Where the desk is.
    pub desk: &'a DeskAddress,
    /// The six figures.
    pub code: &'a str,
    /// What this kiosk would like to be called.
    pub name: &'a str,
    /// What the desk must prove.
    pub trust: Trust,
    /// Where the kiosk looks for what is joined.
    pub file: &'a Path,
}

/// Why the kiosk was not joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// Nobody listens there: the port is open only while somebody may enter.
    #[error(
        "aucun accueil ne répond sur {desk} : vérifiez l’adresse et le réseau, et ouvrez d’abord l’ajout d’appareils \
         là-bas (espace du personnel de sa borne, ou parvis pairing-code) : {why}"
    )]
    NotReached {
        /// Where.
        desk: DeskAddress,
        /// What happened.
        why: String,
    },
    /// Something else listens there.
    #[error("ce qui répond sur {desk} n’est pas un accueil de Parvis : {why}")]
    NoDesk {
        /// Where.
        desk: DeskAddress,
        /// What it did.
        why: String,
    },
    /// It is another machine, or the desk's certificate was replaced.
    #[error(
        "la machine qui répond sur {desk} n’a pas le certificat attendu ; rien ne lui a été donné, ni code ni lien. \
         Comparez l’empreinte avec celle que montre l’accueil"
    )]
    OtherCertificate {
        /// Where.
        desk: DeskAddress,
    },
    /// The technician did not say that the fingerprint is right.
    #[error("l’empreinte n’a pas été confirmée : rien n’a été envoyé")]
    NotConfirmed,
    /// The desk said no.
    #[error("{}", in_french(*.0))]
    Refused(Refused),
    /// Paired, but that cannot be kept here. The code is used up.
    #[error(
        "l’accueil a accepté cette borne, mais le lien ne s’écrit pas ici : {0}. Corrigez cela, retirez la borne sur \
         l’accueil (parvis devices) et demandez un autre code"
    )]
    NotKept(KeptError),
    /// The site's authority cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

fn in_french(refused: Refused) -> &'static str {
    match refused {
        Refused::Wrong => "ce n’est pas le bon code : regardez-le de nouveau sur l’accueil",
        Refused::TooSoon => "attendez une seconde, puis essayez de nouveau",
        Refused::Closed => {
            "l’ajout d’appareils est fermé sur cet accueil : ouvrez-le (espace du personnel de sa borne, ou parvis \
             pairing-code), un code s’y affiche"
        }
        Refused::NoName => "donnez un nom à cette borne : --name « Borne de l’étage »",
        Refused::Full => {
            "cet accueil a trop d’appareils : retirez-en un (parvis devices), puis demandez un autre code"
        }
        Refused::NotSaved => {
            "l’accueil n’a pas pu enregistrer cette borne (disque plein ?) : demandez un autre code ensuite"
        }
    }
}

/// The SHA-256 of the certificate that is shown at `desk`. Whoever answers there is told nothing.
pub async fn look(desk: &DeskAddress) -> Result<Digest, JoinError> {
    let look = Arc::new(Look::default());
    let tls = look.tls().map_err(TrustError::from)?;
    let not_reached = |why: String| JoinError::NotReached { desk: desk.clone(), why };
    let entered = timeout(ANSWER_MAX, desk.enter(tls)).await;
    match (look.seen(), entered) {
        (Some(seen), _) => Ok(seen),
        (None, Ok(Err(error))) if is_of_tls(&error) => {
            Err(JoinError::NoDesk { desk: desk.clone(), why: error.to_string() })
        }
        (None, Ok(Err(error))) => Err(not_reached(error.to_string())),
        (None, Ok(Ok(_)) | Err(_)) => {
            Err(not_reached(format!("pas de réponse en {} s", ANSWER_MAX.as_secs())))
        }
    }
}

/// Whether whoever answers does not speak TLS as a desk does.
fn is_of_tls(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    inner.is_some()
}

/// Pairs and keeps what the kiosk needs. Returns the name under which staff will see the kiosk.
pub async fn join(joining: Joining<'_>) -> Result<String, JoinError> {
    let Joining { desk, code, name, trust, file } = joining;
    let (token, name) = pair(desk, code, name, &trust).await?;
    let fingerprint = if let Trust::Fingerprint(digest) = trust { Some(digest) } else { None };
    let joined = Joined { desk: desk.clone(), fingerprint, token };
    joined.write(file).map_err(JoinError::NotKept)?;
    Ok(name)
}

async fn pair(
    desk: &DeskAddress,
    code: &str,
    name: &str,
    trust: &Trust,
) -> Result<(Token, String), JoinError> {
    let failed = |error: reqwest::Error| {
        if distrusts(&error) {
            JoinError::OtherCertificate { desk: desk.clone() }
        } else {
            // Its first words name the request, its last ones the cause.
            let cause = std::iter::successors(Some(&error as &dyn Error), |cause| source(*cause)).last();
            JoinError::NotReached {
                desk: desk.clone(),
                why: cause.map(ToString::to_string).unwrap_or_default(),
            }
        }
    };
    let client = Client::builder().tls_backend_preconfigured(trust.tls()?).no_proxy().timeout(ANSWER_MAX);
    let client = client.redirect(redirect::Policy::none()).build().map_err(failed)?;
    let request = KioskRequest { code: code.to_owned(), name: name.to_owned() };
    let body = serde_json::to_vec(&request).unwrap_or_default();
    let asking = client.post(format!("https://{desk}/api/kiosk-pair"));
    let asking = asking.header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
    let answer = asking.send().await.map_err(failed)?;
    let status = answer.status();
    let body = read(answer).await.map_err(failed)?;
    if let Ok(KioskRefusal { refused }) = serde_json::from_slice(&body) {
        return Err(JoinError::Refused(refused));
    }
    let given = serde_json::from_slice(&body).ok().filter(|_| status.is_success());
    let given = given.and_then(|KioskAnswer { token, name }| Some((Token::parse(&token)?, name)));
    given.ok_or_else(|| JoinError::NoDesk { desk: desk.clone(), why: format!("réponse {status}") })
}

async fn read(mut answer: Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            break;
        }
    }
    Ok(body)
}

/// What a technician is asked before anything is sent to whoever showed this certificate.
pub fn question(desk: &DeskAddress, seen: &Digest) -> String {
    format!(
        "La machine qui répond sur {desk} montre le certificat d’empreinte SHA-256 :\n{}\n\
         L’accueil montre-t-il la même (espace du personnel de sa borne, ou parvis pairing-code) ? [oui/non] ",
        in_two_lines(seen)
    )
}

/// What a technician reads at the end.
pub fn spoken(desk: &DeskAddress, name: &str, file: &Path) -> String {
    format!(
        "Cette borne est reliée à l’accueil {desk}, qui l’appelle « {name} ».\n\
         Le lien est gardé dans {} ; il n’y a rien à écrire dans la configuration.\n\
         Si la borne tourne déjà avec un accueil sur cette machine, relancez-la (parvis kiosk).",
        file.display()
    )
}

fn in_two_lines(fingerprint: &Digest) -> String {
    let spoken = spoken_fingerprint(fingerprint);
    let groups: Vec<&str> = spoken.split(' ').collect();
    groups.chunks(8).map(|groups| format!("  {}", groups.join(" "))).collect::<Vec<_>>().join("\n")
}
