/** How far something has come, in words and as a bar. `value` from 0 to 1. */
export function Progress({ label, value, text }: { label: string; value: number; text: string }) {
  return (
    <div class="progress">
      <progress aria-label={label} max={100} value={Math.round(value * 100)} />
      <span class="progress__text">{text}</span>
    </div>
  );
}
