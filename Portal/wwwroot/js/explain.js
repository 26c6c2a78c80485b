// Immediate feedback: opacity of the heat maps, and preview of a file before its upload.
document.addEventListener("input", event => {
  const slider = event.target;
  if (slider.matches?.("[data-opacity]")) slider.closest(".explained")?.style.setProperty("--opacity", slider.value / 100);
});
document.addEventListener("change", event => {
  const input = event.target;
  if (!input.matches?.("[data-preview] input[type=file]") || !input.files[0]) return;
  const { preview, largest } = input.closest("[data-preview]").dataset;
  const [file] = input.files;
  const image = document.getElementById(preview);
  if (!image || file.size === 0 || file.size > largest) return; // rejected: keep the previous image
  if (image.src) URL.revokeObjectURL(image.src);
  image.classList.remove("unknown");
  image.onerror = () => image.classList.add("unknown"); // the Explainer may still support its format
  image.src = URL.createObjectURL(file);
});
