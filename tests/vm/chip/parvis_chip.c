// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A GPIO chip of eight lines without any hardware, for the test in the emulated machine: Debian's kernels have none of
 * the kernel's own (gpio-sim, gpio-mockup). Lines, edges and debouncing are the kernel's; only the wire is ours.
 *
 * The device's attribute `pull` takes "LINE LEVEL": what a hand on the wire does. `levels` shows all lines as a number.
 * Unbinding the driver is pulling the chip's cable.
 */
#include <linux/gpio/driver.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define LINES 8

struct wires {
	struct gpio_chip chip;
	/* One bit a line. */
	unsigned long levels, outputs, rising, falling;
};

static void drive(struct wires *wires, unsigned int line, int level)
{
	int before = test_bit(line, &wires->levels);
	unsigned long flags;

	assign_bit(line, &wires->levels, level);
	if (level == before || !test_bit(line, level ? &wires->rising : &wires->falling))
		return;
	local_irq_save(flags);
	generic_handle_domain_irq(wires->chip.irq.domain, line);
	local_irq_restore(flags);
}

static int get_direction(struct gpio_chip *chip, unsigned int line)
{
	struct wires *wires = gpiochip_get_data(chip);

	return test_bit(line, &wires->outputs) ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int direction_input(struct gpio_chip *chip, unsigned int line)
{
	struct wires *wires = gpiochip_get_data(chip);

	clear_bit(line, &wires->outputs);
	return 0;
}

static int get(struct gpio_chip *chip, unsigned int line)
{
	struct wires *wires = gpiochip_get_data(chip);

	return test_bit(line, &wires->levels);
}

static void set(struct gpio_chip *chip, unsigned int line, int level)
{
	struct wires *wires = gpiochip_get_data(chip);

	assign_bit(line, &wires->levels, level);
}

static int direction_output(struct gpio_chip *chip, unsigned int line, int level)
{
	struct wires *wires = gpiochip_get_data(chip);

	set_bit(line, &wires->outputs);
	set(chip, line, level);
	return 0;
}

/* A resistor pulls the line; debouncing is left to the kernel, as on most boards. */
static int set_config(struct gpio_chip *chip, unsigned int line, unsigned long config)
{
	switch (pinconf_to_config_param(config)) {
	case PIN_CONFIG_BIAS_PULL_UP:
		set(chip, line, 1);
		return 0;
	case PIN_CONFIG_BIAS_PULL_DOWN:
		set(chip, line, 0);
		return 0;
	default:
		return -ENOTSUPP;
	}
}

static int irq_set_type(struct irq_data *data, unsigned int type)
{
	struct wires *wires = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	assign_bit(irqd_to_hwirq(data), &wires->rising, type & IRQ_TYPE_EDGE_RISING);
	assign_bit(irqd_to_hwirq(data), &wires->falling, type & IRQ_TYPE_EDGE_FALLING);
	return 0;
}

static void irq_mask(struct irq_data *data)
{
	gpiochip_disable_irq(irq_data_get_irq_chip_data(data), irqd_to_hwirq(data));
}

static void irq_unmask(struct irq_data *data)
{
	gpiochip_enable_irq(irq_data_get_irq_chip_data(data), irqd_to_hwirq(data));
}

static const struct irq_chip edges = {
	.name = "parvis-chip",
	.irq_set_type = irq_set_type,
	.irq_mask = irq_mask,
	.irq_unmask = irq_unmask,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

static ssize_t pull_store(struct device *device, struct device_attribute *attribute, const char *text, size_t size)
{
	struct wires *wires = dev_get_drvdata(device);
	unsigned int line, level;

	if (sscanf(text, "%u %u", &line, &level) != 2 || line >= LINES)
		return -EINVAL;
	drive(wires, line, level != 0);
	return size;
}
static DEVICE_ATTR_WO(pull);

static ssize_t levels_show(struct device *device, struct device_attribute *attribute, char *text)
{
	struct wires *wires = dev_get_drvdata(device);

	return sysfs_emit(text, "%lu\n", wires->levels);
}
static DEVICE_ATTR_RO(levels);

static struct attribute *wires_attrs[] = { &dev_attr_pull.attr, &dev_attr_levels.attr, NULL };
ATTRIBUTE_GROUPS(wires);

static int probe(struct platform_device *device)
{
	struct wires *wires = devm_kzalloc(&device->dev, sizeof(*wires), GFP_KERNEL);

	if (!wires)
		return -ENOMEM;
	platform_set_drvdata(device, wires);
	wires->chip = (struct gpio_chip) {
		.label = "parvis-chip",
		.parent = &device->dev,
		.owner = THIS_MODULE,
		.base = -1,
		.ngpio = LINES,
		.get_direction = get_direction,
		.direction_input = direction_input,
		.direction_output = direction_output,
		.get = get,
		.set = set,
		.set_config = set_config,
	};
	gpio_irq_chip_set_chip(&wires->chip.irq, &edges);
	wires->chip.irq.handler = handle_simple_irq;
	wires->chip.irq.default_type = IRQ_TYPE_NONE;
	return devm_gpiochip_add_data(&device->dev, &wires->chip, wires);
}

static struct platform_driver driver = {
	.driver = { .name = "parvis-chip", .dev_groups = wires_groups },
	.probe = probe,
};

static struct platform_device *device;

static int __init begin(void)
{
	int error = platform_driver_register(&driver);

	if (error)
		return error;
	device = platform_device_register_simple("parvis-chip", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		platform_driver_unregister(&driver);
	return PTR_ERR_OR_ZERO(device);
}
module_init(begin);

MODULE_DESCRIPTION("GPIO lines without hardware, for a test");
MODULE_LICENSE("GPL");
