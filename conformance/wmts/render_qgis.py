"""Render WMTS layers with QGIS; run by the system's interpreter, which has QGIS.

The argument is a JSON file: `url` of the capabilities; `layers`, from the bottom up, each with
`layer`, `style`, `matrix_set` and `dimensions` ("name=value"…); `crs`; `extent`, from west over
south and east to north; `size`; `output`, a PNG. The light of several layers is added.
"""

import json
import sys
from pathlib import Path
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QPainter

task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))


def opened(of):
    """Open a layer as the dialog of QGIS would."""
    source = f"crs={task['crs']}&format=image/png&layers={quote(of['layer'], safe='')}"
    source += f"&styles={of['style']}&tileMatrixSet={of['matrix_set']}"
    source += f"&url={quote(task['url'], safe='')}"
    if of["dimensions"]:
        source += f"&tileDimensions={quote(';'.join(of['dimensions']), safe='')}"
    raster = QgsRasterLayer(source, "layer", "wms")
    if not raster.isValid():
        sys.exit(f"QGIS does not open the layer: {raster.error().summary()} {source}")
    extent = raster.extent()
    print("extent", extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    print("crs", raster.crs().authid())
    return raster


QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
try:
    layers = [opened(of) for of in task["layers"]]
    for raster in layers[1:]:
        raster.setBlendMode(QPainter.CompositionMode_Plus)
    settings = QgsMapSettings()
    settings.setLayers(layers[::-1])  # the topmost first
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(task["crs"]))
    settings.setOutputSize(QSize(*task["size"]))
    settings.setOutputDpi(96)
    settings.setExtent(QgsRectangle(*task["extent"]))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    for problem in job.errors():
        print("problem", problem.message)
    if not job.renderedImage().save(task["output"]):
        sys.exit(f"cannot write {task['output']}")
finally:
    raster = layers = settings = job = None  # before the application is
    application.exitQgis()
