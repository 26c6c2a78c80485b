const query = new URLSearchParams(location.search);
document.getElementById("return-url").value = query.get("returnUrl") ?? "/";
if (query.has("failed")) {
  document.getElementById("login-error").hidden = false;
  document.getElementById("token").setAttribute("aria-invalid", "true");
}
