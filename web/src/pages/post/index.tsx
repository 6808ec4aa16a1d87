import type { Place } from "../desk/post";
import { Incoming, Outgoing, Strays } from "./lists";
import "./post.scss";
import { Scan } from "./scan";

/** Parcels of an agency: scanned in, followed by their age, sent back, read about in files of the post. */
export default function PostPages({ section, agency }: Place) {
  switch (section) {
    case "quet":
      return <Scan agency={agency} />;
    case "den":
      return <Incoming agency={agency} />;
    case "la":
      return <Strays agency={agency} />;
    case "di":
      return <Outgoing agency={agency} />;
  }
}
