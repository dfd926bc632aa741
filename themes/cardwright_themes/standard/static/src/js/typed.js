// Shows the inputs that the chosen type of a field has, and hides the others.
export function attachTyped(part) {
  const select = part.querySelector("select[name=type], select[data-type]");
  if (!select) return;
  const show = () => {
    for (const each of part.querySelectorAll("[data-types]")) {
      each.hidden = !each.dataset.types.split(" ").includes(select.value);
    }
  };
  select.addEventListener("change", show);
  show();
}
