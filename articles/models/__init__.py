from articles.models.article import Article, OldAddress
from articles.models.blocks import (
    BLOCKS,
    Block,
    Callout,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    ProductCard,
    ReferenceBlock,
    RichBlock,
    RichText,
    ShowIn,
)
from articles.models.counts import ArticleCount, CountedArticle, CountKind
from articles.models.health import LinkTrouble, OutsideLink, TroubleState
from articles.models.link_change import LinkChange
from articles.models.mail_wish import MailWish
from articles.models.presence import Presence
from articles.models.preview import Comment, PreviewLink
from articles.models.proposal import Proposal
from articles.models.publication import Publication
from articles.models.review import (
    ClaimChange,
    ClaimSignOff,
    MedicalReview,
    NoClaim,
    NoClaimEnd,
    RulesInForce,
)
from articles.models.shared import Author, OldAuthor, OldTopic, Topic
from articles.models.sources import (
    NOT_STATED,
    UNWELCOME,
    Direction,
    MagnesiumForm,
    Question,
    Reference,
)
from articles.models.version import (
    NOT_REVIEWED,
    LinkedProducts,
    ProductLink,
    Version,
    VersionTag,
    VersionTopic,
)

__all__ = [
    "BLOCKS",
    "NOT_REVIEWED",
    "NOT_STATED",
    "UNWELCOME",
    "Article",
    "ArticleCount",
    "Author",
    "Block",
    "Callout",
    "ClaimChange",
    "ClaimSignOff",
    "Comment",
    "CountKind",
    "CountedArticle",
    "Direction",
    "EvidenceTable",
    "Faq",
    "Figure",
    "FormTable",
    "LinkChange",
    "LinkTrouble",
    "LinkedProducts",
    "MagnesiumForm",
    "MailWish",
    "MedicalReview",
    "NoClaim",
    "NoClaimEnd",
    "OldAddress",
    "OldAuthor",
    "OldTopic",
    "OutsideLink",
    "Presence",
    "PreviewLink",
    "ProductCard",
    "ProductLink",
    "Proposal",
    "Publication",
    "Question",
    "Reference",
    "ReferenceBlock",
    "RichBlock",
    "RichText",
    "RulesInForce",
    "ShowIn",
    "Topic",
    "TroubleState",
    "Version",
    "VersionTag",
    "VersionTopic",
]
