/** Save what an address gives; the storage sends it as an attachment, so the page stays. `name` for what has none. */
export function save(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  link.click();
}
