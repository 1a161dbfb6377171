/** Whether a text is one plain address, without a name, a list, or anything that could end a header. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s<>()[\],;:\\"@]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(text);
}

export function isOneLine(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}

/** A text for a header: its control characters become spaces. */
export function headerText(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').slice(0, 200);
}
