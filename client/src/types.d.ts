/** The server's JSON under the client's names, and the client's own immutable state. */

import type { Header, Image as Metadata, PlaneStatistics, Shown } from './schemas';

export type {
  About as Service, AutomaticLimits, Channel, ChannelLimits, ChannelValue, Chip, Flag, Frame, Hdu, HduHeader, Header, Image as Metadata, Entry as ImageEntry,
  Linear as LinearCoordinates, Listing, MixMember as ChannelColor, NamedView, PlaneStatistics, Profiles, RegionStatistics, SamplesHeader,
  Mesh, Resolved, Shown, Sky, SkyGrid, SkyPosition as Place, Spectrum, Statistics, Stokes, Value as PixelValue, World,
} from './schemas';
export type Histogram = PlaneStatistics['histogram'];
export type CardValue = Header['cards'][number][1];

/** How limits are found: two numbers, or a rule that the server applies. */
export type Interval =
  | { kind: 'manual'; vmin: number; vmax: number }
  | { kind: 'minmax' }
  | { kind: 'zscale' }
  | { kind: 'percentile'; percentile: number };

/** A view specification; missing keys use the automatic view. */
export interface View {
  readonly hdu?: string;
  readonly stokes?: string;
  readonly frame?: string;
  readonly channel?: string;
  readonly collapse?: Shown['collapse'];
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
  readonly cfa?: Metadata['cfa'] & string;
  readonly bits?: readonly (number | string)[];
  readonly view?: string;
}

export interface Point { readonly x: number; readonly y: number }
export interface SkyPosition { readonly lon: number; readonly lat: number }

/** The state that the address bar holds. */
export interface State {
  readonly image: string | null;
  readonly view: View;
  readonly center: Point | null;
  readonly zoom: number | null;
  readonly sky: SkyPosition | null;
}
