// Reads one info.json with @allmaps/iiif-parser and prints what it understood.
import { readFileSync } from 'node:fs'
import { Image } from '@allmaps/iiif-parser'

const image = Image.parse(JSON.parse(readFileSync(process.argv[2], 'utf8')))
console.log(
  JSON.stringify({
    version: image.majorVersion,
    uri: image.uri,
    width: image.width,
    height: image.height,
    anySize: image.supportsAnyRegionAndSize,
    formats: image.supportedFormats
  })
)
