declare module "upng-js" {
  interface Image {
    width: number;
    height: number;
  }
  function decode(png: ArrayBuffer): Image;
  function toRGBA8(image: Image): ArrayBuffer[];
  function encode(frames: ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
  const UPNG: { decode: typeof decode; toRGBA8: typeof toRGBA8; encode: typeof encode };
  export default UPNG;
}
