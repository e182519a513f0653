// Reads one manifest or collection with @allmaps/iiif-parser and prints what it understood.
import { readFileSync } from 'node:fs'
import { IIIF } from '@allmaps/iiif-parser'

const found = IIIF.parse(JSON.parse(readFileSync(process.argv[2], 'utf8')))
console.log(
  JSON.stringify({
    type: found.type,
    uri: found.uri,
    items: (found.canvases ?? found.items).map((item) => ({
      uri: item.uri,
      width: item.width,
      height: item.height,
      image: item.image?.uri
    }))
  })
)
