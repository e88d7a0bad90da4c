from django import template

from config.staff.form_help import FORM_HELP

register = template.Library()


@register.inclusion_tag("admin/form_help.html")
def form_help_for(opts):
    """The help for a model's form in the admin."""
    return {"form_help": FORM_HELP.get(opts.label_lower)}
