

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pictures', '0002_role'),
        ('regions', '0007_plainer_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('home', 'Home'), ('help', 'Help'), ('delivery', 'Delivery'), ('returns', 'Returns and cancelling'), ('terms', 'Terms of sale'), ('privacy', 'Privacy'), ('cookies', 'Cookies'), ('safety', 'Before you buy: a private check'), ('contact', 'Contact and imprint'), ('accessibility', 'Accessibility')], max_length=16)),
                ('edition', models.PositiveIntegerField(editable=False, verbose_name='version')),
                ('title', models.CharField(max_length=120)),
                ('lead', models.TextField(blank=True, help_text='A sentence or two below the title; search engines show it.', max_length=400)),
                ('change', models.CharField(blank=True, help_text='For colleagues: why there is this version.', max_length=200, verbose_name='what is new')),
                ('starts_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published from')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('published_by', models.CharField(blank=True, editable=False, max_length=150)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
            ],
            options={
                'verbose_name': 'page',
                'ordering': ['region__position', 'page', '-edition'],
                'permissions': [('publish_pageversion', 'Can publish pages')],
            },
        ),
        migrations.CreateModel(
            name='PageBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordering', models.PositiveSmallIntegerField(default=0, verbose_name='place')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('note', 'Note in a box'), ('question', 'Question and answer'), ('picture', 'Picture, such as an official notice'), ('data', 'Drawn from data')], default='text', max_length=8)),
                ('heading', models.CharField(blank=True, max_length=120, verbose_name='heading or question')),
                ('body', models.TextField(blank=True, help_text='An empty line begins a paragraph, “- ” a line of a list; **bold**, [words](https://…). {order_button} and its like are filled from data: the list stands above.', max_length=6000, verbose_name='words')),
                ('drawn', models.CharField(blank=True, max_length=24, verbose_name='drawn from data')),
                ('source', models.CharField(blank=True, help_text='Where it says so: the law with its article. For colleagues and lawyers.', max_length=300)),
                ('seen', models.DateField(blank=True, help_text='The day the source was read.', null=True, verbose_name='seen on')),
                ('to_check', models.BooleanField(default=False, help_text='Not verified: it stands in the list for the owner’s lawyer.', verbose_name='for the lawyer')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pictures.picture')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='pages.pageversion')),
            ],
            options={
                'verbose_name': 'block',
                'ordering': ['ordering', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AgreedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=16)),
                ('title', models.CharField(max_length=120)),
                ('html', models.TextField()),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pages.pageversion')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='pageversion',
            constraint=models.UniqueConstraint(fields=('page', 'region', 'edition'), name='page_version_number'),
        ),
        migrations.AddConstraint(
            model_name='pageversion',
            constraint=models.UniqueConstraint(condition=models.Q(('starts_at', None)), fields=('page', 'region'), name='page_has_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='pageversion',
            constraint=models.UniqueConstraint(fields=('page', 'region', 'starts_at'), name='page_version_start'),
        ),
        migrations.AddConstraint(
            model_name='pageversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('starts_at', None)), ('starts_at__gte', models.F('published_at')), _connector='OR'), name='page_is_published_forwards'),
        ),
        migrations.AddConstraint(
            model_name='pageblock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'data'), models.Q(('drawn', ''), _negated=True)), models.Q(models.Q(('kind', 'data'), _negated=True), ('drawn', '')), _connector='OR'), name='page_block_is_drawn_or_words', violation_error_message='A block is words, or drawn from data: choose the kind that fits.'),
        ),
    ]
