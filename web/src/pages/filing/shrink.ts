/** Long side of a photograph that is sent: an A4 page at 200 dots per inch, with room. */
const longSide = 2480;
const quality = 0.85;
const shortest = 300; // the server's least: below, a page cannot be read
export const mostPicture = 10 * 1024 * 1024;
export const mostPdf = 20 * 1024 * 1024;

export class Unfit extends Error {
  constructor(readonly reason: "unreadable" | "small" | "type" | "large" | "empty") {
    super(reason);
  }
}

/** The file as it will be sent. Photographs turn upright, get smaller, and lose where and when they were taken. */
export async function prepare(file: File): Promise<{ blob: Blob; type: string; name: string; sha256: string }> {
  if (file.size === 0) throw new Unfit("empty");
  const pdf = file.type === "application/pdf" || /\.pdf$/i.test(file.name);
  if (!pdf && file.type !== "" && !file.type.startsWith("image/")) throw new Unfit("type");
  if (pdf && file.size > mostPdf) throw new Unfit("large");
  const blob = pdf ? new Blob([await file.arrayBuffer()], { type: "application/pdf" }) : await picture(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const stem = file.name.replace(/\.[^.]*$/, "").slice(0, 120) || "trang";
  return { blob, type: blob.type, name: `${stem}.${pdf ? "pdf" : "jpg"}`, sha256 };
}

async function picture(file: File): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (broken) {
    console.debug(broken);
    throw new Unfit("unreadable");
  }
  try {
    if (Math.min(bitmap.width, bitmap.height) < shortest) throw new Unfit("small");
    let scale = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height));
    for (;;) {
      const blob = await drawn(bitmap, scale);
      if (blob.size <= mostPicture) return blob;
      scale *= 0.8;
    }
  } finally {
    bitmap.close();
  }
}

function drawn(bitmap: ImageBitmap, scale: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const brush = canvas.getContext("2d");
  if (brush === null) throw new Unfit("unreadable");
  brush.fillStyle = "#ffffff"; // what was transparent is paper
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((give, fail) =>
    canvas.toBlob((blob) => (blob ? give(blob) : fail(new Unfit("unreadable"))), "image/jpeg", quality),
  );
}
