// Shows a source of tiles in OpenLayers; shared by the pages of IIIF and WMTS.
/* global ol */
// The layer's top left corner is the image's; one unit of the map is one pixel.
function show(source, extent, projection) {
  const layer = new ol.layer.Tile({ source, transition: 0 })
  const map = new ol.Map({
    target: 'view',
    controls: [],
    layers: [layer],
    pixelRatio: 1,
    view: new ol.View({
      ...(projection ? { projection } : { projection: new ol.proj.Projection({ code: 'pixels', units: 'pixels', extent }) }),
      center: ol.extent.getCenter(extent),
      resolution: 4,
      constrainResolution: false,
      showFullExtent: true,
      smoothResolutionConstraint: false,
      minResolution: 0.25,
      maxResolution: 64
    })
  })
  const [left, , , top] = extent
  window.look = ([x, y, width, height]) =>
    new Promise((resolve) => {
      map.once('rendercomplete', () => resolve())
      map.getView().fit([left + x, top - y - height, left + x + width, top - y], { size: map.getSize() })
      map.render()
    })
  window.place = ([x, y]) => map.getPixelFromCoordinate([left + x, top - y])
}
