from django.contrib import admin

from shop.payments.sandbox.models import SandboxEvent, SandboxSwitches


@admin.register(SandboxSwitches)
class SandboxSwitchesAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return not SandboxSwitches.objects.exists()

    def has_delete_permission(self, request, switches=None):
        return False


@admin.register(SandboxEvent)
class SandboxEventAdmin(admin.ModelAdmin):
    list_display = ["created", "type", "deliver_at", "delivered_at", "attempts", "answer"]
    list_filter = ["type"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, event=None):
        return False
