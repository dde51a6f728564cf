/** After a form was refused, the focus goes to the first field that is wrong: a screen reader reads out why. */
export function focusFirstError(): void {
  // The errors are drawn in the next frame.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
