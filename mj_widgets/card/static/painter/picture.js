/**
 * Show the picture that is painted on, and its name.
 * @param {any} model @param {import("./easel.js").Easel} easel @returns {() => void} ends it
 */
export function showPicture(model, { image, guide }) {
  let url = "";
  const paintImage = () => {
    URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([model.get("image")]));
    image.src = url;
  };
  const paintName = () => {
    const name = model.get("name") || "the picture";
    image.alt = name;
    guide.setAttribute("aria-label", `Mark what shall change in ${name}`);
  };
  model.on("change:image", paintImage);
  model.on("change:name", paintName);
  paintImage();
  paintName();
  return () => {
    model.off("change:image", paintImage);
    model.off("change:name", paintName);
    URL.revokeObjectURL(url);
  };
}
