// Brightness and colours, for the eye only: as a CSS filter on the picture, and the same on the pixels of a saved copy.
// The numbers and the order are those of CSS (Filter Effects 1), where every step is held within 0 and 255.
export const PLAIN = Object.freeze({ brightness: 100, contrast: 100, saturation: 100, grey: false, inverted: false });

const LUMINANCE = [0.2126, 0.7152, 0.0722]; // of linear sRGB; what CSS takes for saturate() and grayscale()

export function isPlain(colours) {
  return Object.keys(PLAIN).every((name) => colours[name] === PLAIN[name]);
}

export function asFilter({ brightness, contrast, saturation, grey, inverted }) {
  const steps = [
    brightness !== 100 && `brightness(${brightness}%)`,
    contrast !== 100 && `contrast(${contrast}%)`,
    saturation !== 100 && `saturate(${saturation}%)`,
    grey && "grayscale(1)",
    inverted && "invert(1)",
  ];
  return steps.filter(Boolean).join(" ");
}

/** Change RGBA pixels in place as the filter would show them. */
export function paint(pixels, colours) {
  if (isPlain(colours)) return;
  const light = ramp((value) => (value * colours.brightness) / 100);
  const spread = ramp((value) => ((value - 127.5) * colours.contrast) / 100 + 127.5);
  const share = colours.grey ? 0 : colours.saturation / 100;
  for (let at = 0; at < pixels.length; at += 4) {
    const red = spread[light[pixels[at]]];
    const green = spread[light[pixels[at + 1]]];
    const blue = spread[light[pixels[at + 2]]];
    const grey = red * LUMINANCE[0] + green * LUMINANCE[1] + blue * LUMINANCE[2];
    pixels[at] = last(grey + (red - grey) * share, colours.inverted);
    pixels[at + 1] = last(grey + (green - grey) * share, colours.inverted);
    pixels[at + 2] = last(grey + (blue - grey) * share, colours.inverted);
  }
}

function last(value, inverted) {
  const held = Math.min(Math.max(value, 0), 255);
  return Math.round(inverted ? 255 - held : held);
}

function ramp(change) {
  return Uint8ClampedArray.from({ length: 256 }, (_, value) => change(value));
}
