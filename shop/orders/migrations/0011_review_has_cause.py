from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_review_cause'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(
                condition=Q(needs_review='', review_cause='')
                | (~Q(needs_review='') & Q(review_cause__in=['mail', 'money', 'place'])),
                name='order_review_has_cause',
            ),
        ),
    ]
