/** Colours are for people: a file or a pipe gets none, nor does who has set NO_COLOR (https://no-color.org). */
export function hasColors({ isTTY }: { readonly isTTY?: boolean }): boolean {
  return isTTY === true && (process.env.NO_COLOR ?? '') === '';
}
