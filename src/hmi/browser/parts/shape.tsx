// Small shapes that go with every colour, so that nothing is said by colour alone (ISA-101.01 §5). Decoration: the text beside it
// says the same.

const paths = {
  /** All is as it should be. */
  dot: "M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z",
  /** Nothing is going on, or it has not begun. */
  ring: "M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zm0 2a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5z",
  /** Energy flows. */
  bolt: "M9.5 1 3.5 9H8l-1.5 6 6-8H8z",
  /** It rests. */
  pause: "M4.5 3h2.5v10H4.5zM9 3h2.5v10H9z",
  /** Taken out of service. */
  barred: "M2 2h12v12H2zm2 2v7.2L11.2 4zm8 8V4.8L4.8 12z",
  /** Kept for somebody. */
  flag: "M4 1.5h1.5V2H13l-2 3 2 3H5.5v6.5H4z",
  /** An alarm or a fault. */
  diamond: "M8 .5 15.5 8 8 15.5.5 8zm-1 3.5v5h2V4zm0 6.2v2h2v-2z",
  /** Something deviates. */
  triangle: "M8 1.5 15.5 14.5H.5zm-.9 4.5v4.5h1.8V6zm0 5.5v1.6h1.8v-1.600z",
  /** What is shown is old: nobody tells anything new. */
  stale:
    "M2 2h3v2H4v1H2zm5 0h2v2H7zm4 0h3v3h-2V4h-1zM2 7h2v2H2zm10 0h2v2h-2zM2 11h2v1h1v2H2zm10 0h2v3h-3v-2h1zm-5 1h2v2H7z",
} as const;

export type ShapeName = keyof typeof paths;

export function Shape({ of }: { readonly of: ShapeName }) {
  return (
    <svg class={`shape ${of}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={paths[of]} fill-rule="evenodd" />
    </svg>
  );
}
