"""What articles share, in the admin: authors, topics, questions, forms of magnesium; sources: sources.py."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.shortcuts import render

from articles.models import (
    Author,
    MagnesiumForm,
    Question,
    Topic,
    VersionTopic,
)
from articles.publishing.proposals import PUBLISH
from articles.publishing.topics import merge_topics


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    search_fields = ["name", "slug"]
    list_display = ["name", "slug", "is_team"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "versions"]
    search_fields = ["name"]
    ordering = ["name"]  # counting rows drops the model's own
    prepopulated_fields = {"slug": ["name"]}
    actions = ["merge"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(articles=Count("versiontopic__version__article", distinct=True))
        )

    @admin.display(description="Articles", ordering="articles")
    def versions(self, topic):
        return topic.articles

    def has_delete_permission(self, request, topic=None):
        """Only what no article carries: the others are merged, so that no address is lost."""
        allowed = super().has_delete_permission(request, topic)
        return allowed and (topic is None or not VersionTopic.objects.filter(topic=topic).exists())

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_publish_permission(self, request):
        """Topics that are merged change articles that are live."""
        return request.user.has_perm(PUBLISH)

    @admin.action(description="Merge the ticked topics into one", permissions=["publish"])
    def merge(self, request, topics):
        chosen = [topic for topic in topics if str(topic.pk) == request.POST.get("into")]
        if chosen:
            others = ", ".join(topic.name for topic in topics if topic != chosen[0])
            merge_topics(topics, chosen[0])
            self.log_change(request, chosen[0], f"Merged into it: {others}")
            messages.success(request, f"{others} went into {chosen[0].name}. Their addresses lead there.")
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Merge topics: which one stays?",
            "topics": topics,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/articles/topic/merge.html", context)


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "sources"]
    search_fields = ["name"]
    ordering = ["name"]  # counting rows drops the model's own
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(count=Count("references"))

    @admin.display(description="Sources", ordering="count")
    def sources(self, question):
        return question.count


@admin.register(MagnesiumForm)
class MagnesiumFormAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "formula", "elemental_percent", "is_swallowed"]
