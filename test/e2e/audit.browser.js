// Runs inside the page: what makes a page unusable without a mouse or without eyes. Returns what is wrong, in words.
(() => {
  const wrong = [];
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('[aria-hidden="true"]');
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const describe = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 140);

  const nameOf = (element) => {
    const labelled = (element.getAttribute('aria-labelledby') ?? '')
      .split(/\s+/)
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
    const label = element.labels ? [...element.labels].map((each) => each.textContent).join(' ') : '';
    return (
      [element.getAttribute('aria-label'), labelled, label, element.getAttribute('title'), element.textContent].find(
        (text) => text && text.trim(),
      ) ?? ''
    );
  };

  if (!document.documentElement.lang) wrong.push('the page has no language');
  if (document.querySelectorAll('h1').length !== 1) wrong.push(`${document.querySelectorAll('h1').length} headings of level 1`);
  if (!document.querySelector('main')) wrong.push('no main landmark');
  if (!document.title) wrong.push('no title');
  for (const element of all('button, a[href], [role="button"], [role="option"]'))
    if (!nameOf(element).trim()) wrong.push(`no name: ${describe(element)}`);
  for (const element of all('input:not([type="hidden"]), select, textarea')) {
    const named = element.labels?.length || element.getAttribute('aria-label') || element.getAttribute('aria-labelledby');
    if (!named) wrong.push(`no label: ${describe(element)}`);
  }
  for (const element of all('canvas, svg[role="img"], img')) {
    if (element.matches('.leaflet-tile, .leaflet-zoom-animated')) continue;
    if (!element.getAttribute('aria-label') && !element.getAttribute('alt')) wrong.push(`no words for: ${describe(element)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`two elements have the id ${id}`);
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth + 1) wrong.push(`the page is ${width} px wide in a window of ${innerWidth}`);

  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((channel) =>
      channel / 255 <= 0.03928 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      // A picture or a mixed colour cannot be measured this way.
      if (style.backgroundImage !== 'none' || !/^rgba?\(/.test(style.backgroundColor)) return undefined;
      const color = channels(style.backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
      if (color[3] > 0) return undefined;
    }
    return channels(getComputedStyle(document.body).backgroundColor);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (
      !texts.currentNode.textContent.trim() ||
      seen.has(element) ||
      !shown(element) ||
      element.closest('svg, script, style, noscript, :disabled, [data-disabled], .sr-only, .skip-link')
    )
      continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const back = behind(element);
    if (!back || !/^rgb\(/.test(style.color)) continue;
    const [light, dark] = [luminance(channels(style.color)), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < enough) wrong.push(`contrast ${ratio.toFixed(2)} of “${texts.currentNode.textContent.trim().slice(0, 40)}”`);
  }
  return wrong;
})();
