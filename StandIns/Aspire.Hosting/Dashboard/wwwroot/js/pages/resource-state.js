/** How a resource's state is shown: colour of the dot, words, and a note below. */
export function stateOf(resource) {
  const text = resource.state.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  if (resource.state === "Running") {
    if (resource.health === "healthy" || !resource.health) return { dot: "good", text };
    return resource.health === "degraded"
      ? { dot: "warn", text, note: "Degraded", noteClass: "warn-text" }
      : { dot: "bad", text, note: "Not healthy", noteClass: "bad-text" };
  }
  if (resource.state === "FailedToStart") return { dot: "bad", text, note: "See its console", noteClass: "bad-text" };
  if (resource.state === "Exited")
    return {
      dot: resource.exit_code ? "bad" : "",
      text,
      note: resource.exit_code === null ? null : `Exit code ${resource.exit_code}`,
      noteClass: resource.exit_code ? "bad-text" : "",
    };
  if (resource.state === "Waiting") return { dot: "info busy", text };
  if (resource.state === "Starting" || resource.state === "Stopping") return { dot: "warn busy", text };
  return { dot: resource.style === "success" ? "good" : resource.style === "error" ? "bad" : "", text };
}
