"""In which language a region speaks: the same as shop.web.language, for rooms that know regions."""

from shop.web.language import speaking as speaking
from shop.web.language import tag_of as tag_of
