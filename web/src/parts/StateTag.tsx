type Tone = "grey" | "blue" | "yellow" | "green" | "red" | "purple";

// Who must act, rather than which step it is: grey rests, blue is with the agency, yellow waits for the applicant,
// green is good for collection or done, red ended without a result.
const tones: Record<string, Tone> = {
  draft: "grey",
  filing_fee_due: "yellow",
  parcel_expected: "yellow",
  parcel_received: "blue",
  submitted: "blue",
  intake_supplement: "yellow",
  not_received: "red",
  acceptance_fee_due: "yellow",
  received: "blue",
  appraisal: "blue",
  consultation: "blue",
  review_supplement: "yellow",
  approval: "purple",
  issuing: "purple",
  sealing: "purple",
  result_fee_due: "yellow",
  ready: "green",
  handover_stopped: "red",
  in_post: "purple",
  post_returned: "red",
  delivered: "green",
  closed: "grey",
  withdrawn: "grey",
  stopped: "red",
};

/** A dossier's state: its name from the API, with a colour. */
export function StateTag({ state }: { state: { code: string; name: string } }) {
  return <Tag tone={tones[state.code] ?? "grey"}>{state.name}</Tag>;
}

export function Tag({ tone, children }: { tone: Tone; children: string }) {
  return <strong class={`tag tag--${tone}`}>{children}</strong>;
}
