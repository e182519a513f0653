// Generated from the OpenAPI document by `npm run types:generate`; do not edit.

/** The error, in a sentence. */
export interface Error {
  /** for people */
  error: string;
  /** the parameter at fault, if there is one */
  parameter: string | null;
}

/** The server and its features. */
export interface About {
  name: string;
  version: string;
  title: string;
  colormaps: string[];
  stretches: ("linear" | "sqrt" | "log" | "asinh" | "sinh" | "power" | "histeq" | "lupton")[];
  formats: ("jpg" | "png" | "webp" | "tif" | "gif" | "pdf" | "jp2")[];
  /** whether FITS files are handed out */
  download: boolean;
  /** identifier of the image that a viewer should show first */
  start: string | null;
  /** whether the operator has set a name resolver */
  resolver: boolean;
  /** characters that stand for a slash within identifiers in addresses, for proxies that refuse `%2F`; null where that is used */
  slash_substitute: string | null;
}

/** A picture of each colormap, 256 by 1 pixels, by its name. */
export type Colormaps = Record<string, string>;

/** Facts from the first header of a file; null where the header has none. */
export interface Facts {
  object: string | null;
  /** several are joined by `+` */
  filter: string | null;
  /** seconds */
  exposure: number | null;
  instrument: string | null;
  /** start of the exposure, UTC */
  date: string | null;
  /** NAXISn of the first array; empty if it is in no early HDU */
  shape: number[];
  /** why the file is no image, if its first bytes show it */
  problem: string | null;
}

/** An object from the name resolver; its position is null if it has no such object. */
export interface Resolved {
  name: string;
  /** the resolver's code of its type */
  kind: string | null;
  /** right ascension (ICRS), degrees */
  lon: number | null;
  /** declination (ICRS), degrees */
  lat: number | null;
}

/** An image in a list; the file is not opened. */
export interface Entry {
  /** identifier */
  id: string;
  title: string;
  /** size of the file; null for several files */
  bytes: number | null;
  /** of the file, UTC */
  modified: string | null;
  /** null while the header is not read yet */
  facts: Facts | null;
}

/** A page of a list of images. */
export interface Listing {
  /** images in the whole list */
  total: number;
  /** images before the page */
  offset: number;
  /** subfolders, each to be given as `prefix` */
  folders: string[];
  images: Entry[];
  /** the list is final once all are read; until then, ask again */
  headers: {
    /** that are read */
    read: number;
    /** that the order or the page depends on */
    wanted: number;
  };
}

/** Something in the file that can be shown instead. */
export interface Hdu {
  /** value of the view key `hdu` */
  selector: string;
  /** EXTNAME, or a description */
  name: string;
  /** EXTVER */
  version: number;
  /** slowest axis first */
  shape: number[];
  kind: "science" | "error" | "quality" | "weight" | "context" | "mosaic";
  /** shown by default */
  default: boolean;
}

/** A spectral plane or a member of a band set. */
export interface Channel {
  /** counted from 1 */
  index: number;
  name: string;
  /** physical coordinate along the axis */
  value: number | null;
  unit: string | null;
  /** in meters, in vacuum */
  wavelength: number | null;
  /** RRGGBB */
  color: string | null;
}

/** A Stokes parameter, a correlation of feeds, or a parameter computed from them. */
export interface Stokes {
  /** value of the view key `stokes` */
  name: string;
  title: string;
  /** of its values */
  unit: string | null;
  /** computed from others */
  derived: boolean;
}

/** A step of a sequence. */
export interface Frame {
  /** counted from 1 */
  index: number;
  name: string;
  /** ISO 8601, UTC */
  time: string | null;
}

/** A detector's part in a mosaic. */
export interface Chip {
  name: string;
  /** view key `hdu` that shows it alone */
  selector: string;
  /** x, y, width, height in pixels */
  region: [number, number, number, number];
  /** why it is a gap */
  problem: string | null;
}

/** A channel, or a range of them, and the color that it is mixed with. */
export interface MixMember {
  /** counted from 1 */
  channel: number;
  /** last channel of a range; equal to the first for a single one */
  last: number;
  /** RRGGBB */
  color: string;
}

/** The automatic limits of a channel, and the parameter of its asinh between them. */
export interface AutomaticLimits {
  vmin: number;
  vmax: number;
  softening: number;
}

/** Values that are drawn black and white. */
export interface ChannelLimits {
  /** counted from 1 */
  channel: number;
  /** last channel of a range; equal to the first for a single one */
  last: number;
  vmin: number;
  vmax: number;
  /** basis of the parameter of the automatic asinh; null if a view gives the stretch, or if the automatic one has no parameter */
  automatic: AutomaticLimits | null;
}

/** The picture when nothing is requested but the HDU and the Stokes parameter. */
export interface Automatic {
  /** counted from 1 */
  frame: number;
  /** counted from 1 */
  channel: number;
  /** last channel of a range; equal to the first for a single one */
  lastChannel: number;
  /** empty where channels are not mixed by themselves */
  mix: MixMember[];
  /** name, with a parameter behind a colon */
  stretch: string;
  cmap: string;
}

/** The view in numbers: those of the request, and those that the server chose. */
export interface Shown {
  /** Stokes parameter; null without a Stokes axis */
  stokes: string | null;
  /** first and last, counted from 1; equal for a single one */
  frame: [number, number];
  /** first and last, counted from 1; equal for a single one */
  channel: [number, number];
  collapse: "mean" | "sum" | "max" | "median";
  /** name, with a parameter behind a colon */
  stretch: string;
  gamma: number;
  contrast: number;
  bias: number;
  saturation: number;
  cmap: string;
  invert: boolean;
  /** color of missing pixels, or `transparent` */
  nan: string | null;
  /** numbers of the flags that are drawn; null: numbers are drawn */
  bits: number[] | null;
  /** empty where one channel is shown */
  mix: MixMember[];
  limits: ChannelLimits[];
}

/** A bit or a code of a quality plane. */
export interface Flag {
  /** of the bit, from 0; or the code */
  number: number;
  name: string;
  /** in words; may be empty */
  description: string;
  /** RRGGBB */
  color: string;
  /** whether a pixel has it; of a large image without a pyramid, rows are examined */
  seen: boolean;
}

/** The meaning of the numbers of a quality plane. */
export interface Flags {
  kind: "bits" | "codes";
  items: Flag[];
}

/** A flag that is set in a pixel. */
export interface FlagName {
  number: number;
  name: string;
}

/** A view that the operator gave a name. */
export interface NamedView {
  name: string;
  title: string;
  /** keys and values joined by `;` */
  view: string;
}

/** Of the pyramid. */
export interface Tile {
  size: number;
  levels: number;
  /** whether pictures may be coarse (and `no-store`) until `ready` answers, for the first time that the image is looked at */
  provisional: boolean;
}

/** An image in one of its views. */
export interface Image {
  id: string;
  title: string;
  width: number;
  height: number;
  /** BUNIT, or the unit of the Stokes parameter shown */
  unit: string | null;
  /** selector of the HDU shown */
  hdu: string;
  hdus: Hdu[];
  /** of the Stokes axis, then those computed; empty without an axis */
  stokes: Stokes[];
  channelAxis: "spectral" | "band" | "column" | "";
  channels: Channel[];
  frames: Frame[];
  chips: Chip[];
  /** how the chips of a mosaic are placed; null without chips */
  arrangement: "detector" | "sky" | "contact sheet" | null;
  /** whether FITS row 1 is at the top (ROWORDER), and not at the bottom as usual */
  topDown: boolean;
  /** identifiers of the files of a set such as `bands:a.fits|b.fits`, one for each channel or frame; empty for other images */
  members: string[];
  /** pattern of the camera's mosaic that is shown in colors; none: it is shown as it is; null: the image cannot be a mosaic */
  cfa: "none" | "rggb" | "bggr" | "grbg" | "gbrg" | null;
  /** what the header says */
  cfaDefault: "none" | "rggb" | "bggr" | "grbg" | "gbrg" | null;
  /** of a quality plane; null for other images */
  flags: Flags | null;
  /** the view asked for in its shortest spelling; empty: automatic */
  view: string;
  automatic: Automatic;
  shown: Shown;
  views: NamedView[];
  /** remarks: chips left out, headers repaired */
  notes: string[];
  sky: Sky;
  tile: Tile;
  /** largest picture that is sent */
  maxWidth: number;
  maxHeight: number;
  maxArea: number | null;
  /** IIIF Image API 3.0 service */
  iiif: string;
  /** WMTS capabilities with this image alone */
  wmts: string;
}

/** A place on the sky, in degrees. */
export interface World {
  lon: number;
  lat: number;
  /** frame of the coordinates */
  frame: "icrs" | "fk5" | "fk4" | "fk4-no-e" | "galactic" | "supergalactic" | "ecliptic" | "apparent" | "hour-angle" | "horizontal" | "helioecliptic" | "helioprojective" | "heliographic" | "carrington" | "terrestrial" | "body-fixed" | "unknown";
  /** year, Besselian for FK4; null for a frame without equinox */
  equinox: number | null;
}

/** A place on the sky, in degrees, or null. */
export interface SkyPosition {
  lon: number | null;
  lat: number | null;
  /** frame of the coordinates */
  frame: "icrs" | "fk5" | "fk4" | "fk4-no-e" | "galactic" | "supergalactic" | "ecliptic" | "apparent" | "hour-angle" | "horizontal" | "helioecliptic" | "helioprojective" | "heliographic" | "carrington" | "terrestrial" | "body-fixed" | "unknown";
  /** year, Besselian for FK4; null for a frame without equinox */
  equinox: number | null;
  /** why there is no position */
  reason: string | null;
}

/** Unit vectors at the nodes of a grid; 4-point Lagrange interpolation between them is exact to 0.01 pixels in valid cells. */
export interface SkyGrid {
  /** of the chip */
  name: string | null;
  /** x, y, width, height in pixels */
  region: [number, number, number, number];
  nx: number;
  ny: number;
  /** of the first node */
  x0: number;
  y0: number;
  /** from node to node */
  dx: number;
  dy: number;
  /** ny × nx × 3; null off the sky */
  vectors: (number | null)[];
  /** (ny − 1) × (nx − 1) cells, by rows */
  valid: string;
}

/** Unit vectors at the nodes of a mesh. */
export interface Mesh {
  /** frame of the coordinates */
  frame: "icrs" | "fk5" | "fk4" | "fk4-no-e" | "galactic" | "supergalactic" | "ecliptic" | "apparent" | "hour-angle" | "horizontal" | "helioecliptic" | "helioprojective" | "heliographic" | "carrington" | "terrestrial" | "body-fixed" | "unknown";
  nx: number;
  ny: number;
  /** of the first node */
  x0: number;
  y0: number;
  /** from node to node */
  dx: number;
  dy: number;
  /** ny × nx × 3; null off the sky */
  vectors: (number | null)[];
  /** where the sky ends between two nodes */
  borders: MeshBorder[];
}

/** The end of the sky between a node and a neighbor. */
export interface MeshBorder {
  row: number;
  column: number;
  /** whether the neighbor is below, not to the right */
  down: boolean;
  /** of the way to the neighbor */
  fraction: number;
  vector: [number, number, number];
}

/** Coordinates that are not of the sky: origin + matrix · (x, y). */
export interface Linear {
  names: [string, string];
  units: [string, string];
  origin: [number, number];
  matrix: [[number, number], [number, number]];
}

/** Where the pixels are. Pixel coordinates are continuous; 0, 0 is the corner of the top left pixel. */
export interface Sky {
  /** frame of the coordinates */
  frame: "icrs" | "fk5" | "fk4" | "fk4-no-e" | "galactic" | "supergalactic" | "ecliptic" | "apparent" | "hour-angle" | "horizontal" | "helioecliptic" | "helioprojective" | "heliographic" | "carrington" | "terrestrial" | "body-fixed" | "unknown";
  /** for people, with the equinox: FK5 J2015.5 */
  frameTitle: string | null;
  /** why there are no coordinates */
  reason: string | null;
  /** of longitude and latitude */
  names: [string, string];
  projection: string | null;
  /** arcseconds per pixel at the center */
  scale: number | null;
  /** degrees from up, counterclockwise */
  north: number | null;
  parity: 1 | -1;
  /** year, Besselian for FK4; null for a frame without equinox */
  equinox: number | null;
  /** one, or one for each chip */
  grids: SkyGrid[];
  linear: Linear | null;
}

/** Header of an HDU: the one shown, or the one that `hdu` selects, with an image or without. */
export interface Header {
  /** index of the HDU */
  hdu: string;
  /** in the order of the file */
  cards: [string, string | number | boolean | null, string][];
  /** the primary header, for another HDU of the file */
  primary: [string, string | number | boolean | null, string][];
  /** all HDUs of the file */
  hdus: HduHeader[];
}

/** An HDU of a file, with an image or without. */
export interface HduHeader {
  /** as astropy counts */
  index: number;
  /** EXTNAME; empty if absent */
  name: string;
  /** EXTVER */
  version: number;
  /** PRIMARY, IMAGE, TABLE or BINTABLE */
  kind: string;
}

/** A value at full precision. */
export interface ChannelValue {
  /** counted from 1 */
  channel: number;
  name: string;
  /** counted from 1 */
  frame: number;
  /** physical value, in `unit`; null where missing */
  value: number | "Infinity" | "-Infinity" | null;
  /** the number as stored in the file; null if there is none */
  raw: number | "Infinity" | "-Infinity" | null;
  unit: string | null;
  /** Stokes parameter; null without a Stokes axis */
  stokes: string | null;
}

/** A pixel. */
export interface Value {
  x: number;
  y: number;
  /** that the pixel belongs to */
  chip: string | null;
  /** set flags; null for images without */
  flags: FlagName[] | null;
  values: ChannelValue[];
  world: World | null;
}

/** Numbers about the values of a plane; null where it holds none. */
export interface PlaneStatistics {
  /** counted from 1 */
  channel: number;
  /** counted from 1 */
  frame: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  median: number | null;
  std: number | null;
  /** share of pixels with a value */
  valid: number;
  /** of every pixel, not of a sample */
  exact: boolean;
  /** whether min and max are those of every pixel, as once a pyramid is built */
  range_exact: boolean;
  /** limits by the zscale rule */
  zscale: [number, number];
  /** About the limits. */
  histogram: {
    edges: [number, number];
    counts: number[];
  };
}

/** Of each plane shown. */
export interface Statistics {
  planes: PlaneStatistics[];
}

/** Values along a line, of each plane shown. */
export interface Profiles {
  /** in pixels */
  length: number;
  unit: string | null;
  profiles: {
    /** counted from 1 */
    channel: number;
    /** counted from 1 */
    frame: number;
    /** from start to end; null where missing */
    values: (number | null)[];
  }[];
}

/** Of each plane shown; numbers are null where no pixel has a finite value. */
export interface RegionStatistics {
  /** x, y, width, height in pixels */
  region: [number, number, number, number];
  unit: string | null;
  planes: {
    /** counted from 1 */
    channel: number;
    /** counted from 1 */
    frame: number;
    pixels: number;
    /** pixels with a finite value */
    valid: number;
    sum: number | null;
    mean: number | null;
    median: number | null;
    std: number | null;
    min: number | null;
    max: number | null;
  }[];
}

/** Values of a pixel, one for each channel. */
export interface Spectrum {
  x: number;
  y: number;
  /** counted from 1 */
  frame: number;
  /** Stokes parameter; null without a Stokes axis */
  stokes: string | null;
  unit: string | null;
  /** in the channels' order; null where missing */
  values: (number | null)[];
}

/** The header of samples, before the codes. */
export interface SamplesHeader {
  /** x, y, width, height in pixels */
  region: [number, number, number, number];
  /** columns and rows of each plane */
  size: [number, number];
  /** false for codes of part of the pixels, which must not be kept */
  final: boolean;
  /** the view in effect */
  shown: Shown;
  planes: {
    /** first and last, counted from 1; equal for a single one */
    channel: [number, number];
    /** first and last, counted from 1; equal for a single one */
    frame: [number, number];
    /** ascending values of the codes from 2 to 65534 in equal steps; those of the codes between them are interpolated */
    knots: number[];
    /** share of the values of the whole plane that are below each knot */
    ranks: number[];
  }[];
}

/** Pictures of the view are final. */
export interface Ready {
  ready: boolean;
}

/** Continuous pixel coordinates; 0, 0 is the corner of the top left pixel. */
export interface Position {
  x: number;
  y: number;
}
