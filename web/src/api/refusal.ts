export interface FieldDefect {
  field: string;
  code: string;
  message: string;
}

/** What the server (or the lack of one) says when something cannot be done. `message` is for people. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: readonly FieldDefect[] = [],
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.status === 0;
  }

  /** The message for one field, by its name in the request. */
  of(field: string): string | undefined {
    return this.fields.find((one) => one.field === field)?.message;
  }
}

interface Shape {
  Code: string;
  Message: string;
  Fields?: { Field: string; Code: string; Message: string }[];
}

/** The refusal in an answer; `otherwise` is said when the answer is not of the API's own shape (a proxy's page). */
export function refusalOf(status: number, body: unknown, otherwise: string): Refusal {
  const shape = body as Partial<Shape> | null;
  if (typeof shape?.Code !== "string" || typeof shape.Message !== "string") {
    return new Refusal(status, "InternalError", otherwise);
  }
  const fields = (shape.Fields ?? []).map((f) => ({ field: f.Field, code: f.Code, message: f.Message }));
  return new Refusal(status, shape.Code, shape.Message, fields);
}
