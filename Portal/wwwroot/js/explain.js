// What follows the hand at once: the heat maps' opacity, and the preview of a file before it is sent.
document.addEventListener("input", event => {
  const slider = event.target;
  if (slider.matches?.("[data-opacity]")) slider.closest(".explained")?.style.setProperty("--opacity", slider.value / 100);
});
document.addEventListener("change", event => {
  const input = event.target;
  if (!input.matches?.("[data-preview] input[type=file]") || !input.files[0]) return;
  const { preview, largest } = input.closest("[data-preview]").dataset;
  const [file] = input.files;
  const picture = document.getElementById(preview);
  if (!picture || file.size === 0 || file.size > largest) return; // refused: the picture chosen before stays
  if (picture.src) URL.revokeObjectURL(picture.src);
  picture.classList.remove("unknown");
  picture.onerror = () => picture.classList.add("unknown"); // the Explainer may still know its format
  picture.src = URL.createObjectURL(file);
});
