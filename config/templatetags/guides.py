from django import template

from config.staff.form_help import GUIDES

register = template.Library()


@register.inclusion_tag("admin/guide.html")
def guide_for(opts):
    """The help for a model's form in the admin."""
    return {"guide": GUIDES.get(opts.label_lower)}
