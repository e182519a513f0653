"""Render a WMTS layer with QGIS; run by the system's interpreter, which has QGIS.

Arguments: capabilities URL, layer, style, tile matrix set, width, height, output PNG, and
`name=value` for each dimension. The image is drawn one to one over 0,0 .. width,height.
"""

import sys
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

url, layer, style, matrix_set, width, height, output = sys.argv[1:8]
source = f"crs=EPSG:3857&format=image/png&layers={quote(layer, safe='')}&styles={style}"
source += f"&tileMatrixSet={matrix_set}&url={quote(url, safe='')}"
if sys.argv[8:]:
    source += f"&tileDimensions={quote(';'.join(sys.argv[8:]), safe='')}"

QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
try:
    raster = QgsRasterLayer(source, "layer", "wms")
    if not raster.isValid():
        sys.exit(f"QGIS does not open the layer: {raster.error().summary()} {source}")
    extent = raster.extent()
    print("extent", extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    print("crs", raster.crs().authid())
    settings = QgsMapSettings()
    settings.setLayers([raster])
    settings.setDestinationCrs(raster.crs())
    settings.setOutputSize(QSize(int(width), int(height)))
    settings.setOutputDpi(96)
    settings.setExtent(QgsRectangle(0, 0, float(width), float(height)))
    settings.setBackgroundColor(QColor(255, 0, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    for problem in job.errors():
        print("problem", problem.message)
    if not job.renderedImage().save(output):
        sys.exit(f"cannot write {output}")
finally:
    del raster
    application.exitQgis()
