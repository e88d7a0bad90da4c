"""`{% url %}` as Django has it, with addresses worked out once: a page has thirty, and they took a tenth of drawing it."""

from django import template
from django.template import defaulttags
from django.utils.html import conditional_escape

from shop.web.reversing import reversed_once

register = template.Library()


class AddressNode(defaulttags.URLNode):
    def render(self, context):
        if self.asvar:  # what has no address is empty
            return super().render(context)
        request = getattr(context, "request", None)
        match = getattr(request, "resolver_match", None)
        app = getattr(request, "current_app", None) or getattr(match, "namespace", None) or ""
        found = reversed_once(
            self.view_name.resolve(context),
            tuple([one.resolve(context) for one in self.args]),
            tuple([(name, one.resolve(context)) for name, one in self.kwargs.items()]),
            app,
        )
        return conditional_escape(found) if context.autoescape else found


@register.tag("url")
def url(parser, token):
    made = defaulttags.url(parser, token)
    return AddressNode(made.view_name, made.args, made.kwargs, made.asvar)
