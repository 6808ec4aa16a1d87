import { TextField } from "./Field";

const SHAPE = /^[0-9A-Z]{8,30}$/;

/** A number of the post as it stands on the slip, however it was typed. */
export const asNumber = (typed: string): string => typed.replace(/\s/g, "").toUpperCase();
export const isNumber = (number: string): boolean => SHAPE.test(number);

interface TypedProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  error: string | undefined;
  hint?: string;
  optional?: boolean;
}

/** The post's number of a parcel. */
export function TrackingField(props: TypedProps) {
  return <TextField name="tracking" width={20} maxLength={40} autocomplete="off" {...props} />;
}

/** Who sent a parcel, when its cover says so. */
export function SenderField(props: TypedProps) {
  return <TextField name="sender" maxLength={200} autocomplete="off" optional {...props} />;
}
