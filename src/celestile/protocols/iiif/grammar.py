"""The syntax of Image API requests, as patterns to be matched as a whole (`fullmatch`).

Quoted from the IIIF Image API 3.0 and 2.1.1, sections 4.1 to 4.5. Names in brackets are groups.
"""

import re

# "Size and region parameters in pixels MUST be non-negative integers."  "When floating point values
# are used, they MUST consist only of decimal digits and '.' (e.g. 0.9 not +0.9), SHOULD be
# represented with a leading 0 if less than 1 (e.g. 0.9 not .9)".
#
#   pixels = 1*20DIGIT
#   number = pixels [ "." 1*20DIGIT ] / "." 1*20DIGIT
#
# Twenty digits are more than any image needs; without a bound, very long numbers would take too
# much time.
_PIXELS = r"[0-9]{1,20}"
_NUMBER = r"(?:[0-9]{1,20}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})"

#   region = "full" / "square" / x,y,w,h / "pct:" x,y,w,h
REGION = re.compile(
    rf"(?P<full>full)|(?P<square>square)"
    rf"|(?P<pixels>{_PIXELS}(?:,{_PIXELS}){{3}})"
    rf"|pct:(?P<percent>{_NUMBER}(?:,{_NUMBER}){{3}})"
)

#   forms  = "max" / w "," / "," h / "pct:" n / w "," h / "!" w "," h
#   size   = [ "^" ] forms           (3.0)
#   size   = "full" / forms          (2.1.1)
_FORMS = (
    rf"(?P<max>max)|(?P<width>{_PIXELS}),|,(?P<height>{_PIXELS})|pct:(?P<percent>{_NUMBER})"
    rf"|(?P<confined>!)?(?P<w>{_PIXELS}),(?P<h>{_PIXELS})"
)
SIZE_3 = re.compile(rf"(?P<upscale>\^)?(?:{_FORMS})")
SIZE_2 = re.compile(rf"(?P<full>full)|(?:{_FORMS})")

#   rotation = [ "!" ] n
ROTATION = re.compile(rf"(?P<mirror>!)?(?P<degrees>{_NUMBER})")

#   quality.format
QUALITY_FORMAT = re.compile(r"(?P<quality>[^.]+)\.(?P<format>[^.]+)")
