(() => {
  // What is wrong with the page as it stands: an expression whose value is a list of sentences. Run by staff_bars.rs.
  const CONTRAST_MIN = 7;
  const TARGET_MIN = 44;
  const faults = [];
  const seen = (node) => node.checkVisibility() && !node.closest(".unseen");
  const name = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""}.${node.getAttribute("class") || ""} “${node.textContent.slice(0, 30)}”`;
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const ground = (node) => {
    for (let place = node; place; place = place.parentElement) {
      const colour = parts(getComputedStyle(place).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] !== 0) faults.push(`half a colour behind ${name(node)}`);
    }
    return [255, 255, 255];
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const inked = new Set(document.querySelectorAll("input, .picture"));
  while (texts.nextNode()) if (texts.currentNode.data.trim() !== "") inked.add(texts.currentNode.parentElement);
  let looked = 0;
  for (const node of inked) {
    if (!seen(node) || node.tagName === "NOSCRIPT") continue;
    looked += 1;
    const found = contrast(parts(getComputedStyle(node).color), ground(node));
    if (found < CONTRAST_MIN) faults.push(`contrast ${found.toFixed(2)} of ${name(node)}`);
    if (Number(getComputedStyle(node).opacity) !== 1) faults.push(`see-through: ${name(node)}`);
  }
  if (looked < 10) faults.push(`only ${looked} texts: the audit sees nothing`);

  for (const node of document.querySelectorAll("button, a, input")) {
    if (!seen(node)) continue;
    const { width, height } = node.getBoundingClientRect();
    if (width < TARGET_MIN || height < TARGET_MIN) faults.push(`${Math.round(width)}×${Math.round(height)}: ${name(node)}`);
    const text = node.textContent.trim();
    const label = node.getAttribute("aria-label") || (node.labels && node.labels.length ? node.labels[0].textContent : "") || text;
    if (label.trim() === "") faults.push(`no name: ${name(node)}`);
    if (!label.includes(text)) faults.push(`its name is not what is seen: ${name(node)}`);
    const card = node.closest("#calls > li");
    if (card && node.tagName === "BUTTON" && !label.endsWith(card.id.replace("call-", "n°\u00a0"))) faults.push(`without its number: ${label}`);
  }

  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push(`twice: #${id}`);
  for (const one of ["main", "h1", "header"]) if (document.querySelectorAll(one).length !== 1) faults.push(`not one ${one}`);
  if (document.querySelectorAll(".picture").length - [...document.querySelectorAll(".picture")].filter(seen).length !== 4) faults.push("not one picture of the state");
  for (const live of document.querySelectorAll("[aria-live], [role=alert], [role=status]")) {
    if (/depuis/.test(live.textContent)) faults.push("a live region ticks");
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    faults.push(`${document.documentElement.scrollWidth} px on a page of ${innerWidth}`);
    for (const node of document.querySelectorAll("body *")) {
      if (seen(node) && node.getBoundingClientRect().right > innerWidth + 1) faults.push(`sticks out: ${name(node)}`);
    }
  }
  return faults;
})()
