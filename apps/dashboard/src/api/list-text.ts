/** Names as a list of the api has them: those with a comma, a quote or a space at an end stand in quotes. */
export const listText = (names: readonly string[]): string =>
  names.map((name) => (/^[^\s",]([^",]*[^\s",])?$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)).join(',');
