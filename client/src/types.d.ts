/** What the server's JSON holds, and the client's own immutable state. */

export interface ImageEntry { id: string; title: string; bytes: number | null; modified: string | null }
export interface Listing { total: number; offset: number; folders: string[]; images: ImageEntry[] }
export interface Service {
  name: string; version: string; title: string; colormaps: string[]; stretches: string[];
  formats: string[]; start: string | null; /** whether FITS files are handed out */ download: boolean;
}
export interface Channel {
  index: number; name: string; value: number | null; unit: string | null;
  wavelength: number | null; color: string | null;
}
export interface Frame { index: number; name: string; time: string | null }
export interface Chip { name: string; selector: string; region: number[] | null; problem: string | null }
export interface Hdu {
  selector: string; name: string; version: number; shape: number[]; kind: string; default: boolean;
}
export interface ChannelLimits { channel: number; vmin: number; vmax: number }
export interface ChannelColor { channel: number; color: string }
export interface Shown {
  frame: [number, number]; channel: [number, number]; collapse?: string | null;
  stretch: string; gamma: number; contrast: number; bias: number; saturation: number;
  cmap: string; invert: boolean; nan: string | null; mix: ChannelColor[]; limits: ChannelLimits[];
}
export interface NamedView { name: string; title: string; view: string }
export interface SkyGrid {
  name: string | null; region: [number, number, number, number];
  nx: number; ny: number; x0: number; y0: number; dx: number; dy: number;
  vectors: (number | null)[]; valid: string;
}
export interface LinearCoordinates {
  names: string[]; units: string[]; origin: number[]; matrix: number[][];
}
export interface Sky {
  frame: string; reason: string | null; names: string[]; projection: string | null;
  scale: number | null; north: number | null; parity: number; equinox: number | null;
  grids: SkyGrid[]; linear: LinearCoordinates | null;
}
export interface Metadata {
  id: string; title: string; width: number; height: number; unit: string | null;
  hdu: string; hdus: Hdu[]; channelAxis: string; channels: Channel[]; frames: Frame[]; chips: Chip[];
  view: string; automatic: { frame?: number; channel?: number; mix?: ChannelColor[] }; shown: Shown; views: NamedView[]; notes: string[];
  sky: Sky; tile: { size: number; levels: number; /** whether first pictures may be coarse */ provisional: boolean }; maxWidth: number | null;
  iiif: string; wmts: string;
}
export interface Histogram { edges: [number, number]; counts: number[] }
export interface PlaneStatistics {
  channel: number; frame: number; min: number | null; max: number | null; mean: number | null;
  median: number | null; std: number | null; valid: number; exact?: boolean; zscale: [number, number] | null;
  histogram: Histogram | null;
}
export interface Statistics { planes: PlaneStatistics[] }
export type CardValue = string | number | boolean | null;
export interface Header { cards: [string, CardValue, string | null][] }
export interface ChannelValue {
  channel: number; name: string; frame: number; raw: number | string | null;
  /** null: missing; infinities are words */
  value: number | 'Infinity' | '-Infinity' | null;
  unit: string | null;
}
export interface Profiles {
  length: number; unit: string | null;
  profiles: { channel: number; frame: number; values: (number | null)[] }[];
}
export interface RegionStatistics {
  region: number[]; unit: string | null;
  planes: {
    channel: number; frame: number; pixels: number; valid: number; sum: number | null; mean: number | null;
    median: number | null; std: number | null; min: number | null; max: number | null;
  }[];
}
export interface Spectrum { x: number; y: number; frame: number; unit: string | null; values: (number | null)[] }
/** Null where there is no sky. */
export interface Place { lon: number | null; lat: number | null; frame: string; reason: string | null }
export interface World { lon: number; lat: number; frame: string }
export interface PixelValue {
  x: number; y: number; chip: string | null; values: ChannelValue[]; world: World | null;
}

/** How limits are found: two numbers, or a rule that the server applies. */
export type Interval =
  | { kind: 'manual'; vmin: number; vmax: number }
  | { kind: 'minmax' }
  | { kind: 'zscale' }
  | { kind: 'percentile'; percentile: number };

/** A view specification; what is absent is as the automatic view has it. */
export interface View {
  readonly hdu?: string;
  readonly frame?: string;
  readonly channel?: string;
  readonly collapse?: string;
  readonly mix?: readonly { readonly channel: string; readonly color: string }[];
  readonly limits?: readonly { readonly channel: string | null; readonly interval: Interval }[];
  readonly stretch?: { readonly name: string; readonly parameter: number | null };
  readonly gamma?: number;
  readonly contrast?: number;
  readonly bias?: number;
  readonly saturation?: number;
  readonly cmap?: string;
  readonly invert?: boolean;
  readonly nan?: string;
  readonly view?: string;
}

export interface Point { readonly x: number; readonly y: number }
export interface SkyPosition { readonly lon: number; readonly lat: number }

/** All that the address bar holds. */
export interface State {
  readonly image: string | null;
  readonly view: View;
  readonly center: Point | null;
  readonly zoom: number | null;
  readonly sky: SkyPosition | null;
}
