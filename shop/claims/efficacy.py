"""Does a sentence say that what we sell does something about a condition?

Patterns of single words can't tell “magnesium relieves …” from “it has not been shown that magnesium relieves …”, nor
a warm bath that helps from a bath salt that does. So each sentence is read as: who does it, what is done, to what,
and is it governed by a negation, a doubt or a report. A negation excuses only what it governs: “without a
prescription”, “not only” and “no better way” excuse nothing.
"""

import re
from dataclasses import dataclass

from shop.claims.rules import data

I = re.IGNORECASE  # noqa: E741
TREAT = data()["macros"]["treat_verbs"]
DISEASE = data()["macros"]["disease_terms"]

OURS = re.compile(
    r"\b(?:magnesium|mg\s+supplements?|(?:bis)?glycinate|citrate|(?<!ferrous )sulphate|sulfate|Epsom|bath\s+(?:salts?|crystals?|flakes)"
    r"|(?:magnesium|skin|body|leg|our|this|the|a)\s+(?:oil|spray|soak)|supplements?|capsules?|our\s+(?:\w+\s+)?(?:powder|tablets?|range|products?|formula)"
    r"|th(?:is|e)\s+(?:mineral|product|form|powder|salts?)|mineral|(?:one|two|three|four|five|\d+)\s+sprays|spray\s+(?:it|some)|rub\s+(?:it|some)\s+(?:in|on|into))\b",
    I,
)
NOT_OURS = re.compile(
    r"\b(?:not|unlike|rather\s+than|instead\s+of|without|nor|other\s+than)\s+(?:the\s+|any\s+|a\s+|by\s+|on\s+)?"
    r"(?:magnesium|citrate|glycinate|supplements?|Epsom\s+salts?|capsules?|(?:iron|vitamin)\s+\w+)\b"
    r"|\biron\s+(?:supplements?|tablets?|capsules?|treatment|infusions?)\b"
    r"|\bmagnesium\s+(?:levels?\s+(?:test|in\s+(?:their|the)\s+blood)|tests?)\b",
    I,
)
OTHERS = re.compile(
    r"\b(?:iron|ferritin|dopamine(?:\s+agonists?)?|gabapentin|pregabalin|ropinirole|pramipexole|rotigotine|opioids?|medicines?|medication|drugs?"
    r"|(?:warm|hot)\s+(?:baths?|water|showers?)|warmth|exercise|walking|stretching|stretches|massage|moving|movement|yoga|sleep\s+habits"
    r"|coffee|caffeine|alcohol|antihistamines?|antidepressants?|guidelines?|doctors?|GPs?|cold\s+packs?|heat|placebo|the\s+moving|habits?)\b",
    I,
)
CONDITION = re.compile(
    rf"\b{DISEASE}\b|\b(?:urge|need|compulsion)\s+to\s+move\b|\b(?:jumpy|twitchy|twitching|fidgety|jittery|unsettled|crawling|tingling|wriggly|restless|jerking|kicking)\s+(?:legs?|nights?|limbs?)\b"
    r"|\brestlessness\b|\btwitch(?:ing|es|iness)\b|\bfidget(?:ing|s)\b|\b(?:creepy[\s-]?crawly|crawling|creeping)\b|\blegs?\s+(?:still\s+|also\s+)?(?:twitch|jump|kick|jerk)\w*\b|\blegs?\s+(?:that\s+)?(?:won['’]?t|will\s+not|can['’]?t|cannot|keep\w*|jump\w*|twitch\w*|kick\w*|jerk\w*)\b"
    r"|\b(?:the|your|her|his|my|their|of|these|all)\s+symptoms?\b|\bleg\s+(?:discomfort|twitch\w+|jerk\w+|symptoms?|movements?|trouble)\b",
    I,
)
LEGS = re.compile(
    r"\b(?:settle|calm|quiet(?:en)?|rest|relax|soothe|still|ease|stop)\w*\s+(?:down\s+)?(?:your|the|my|her|his|their|those|both|tired|restless)\s+(?:\w+\s+)?(?:legs?|limbs?|calves|feet)\b"
    r"|\b(?:your|my|her|his|their)\s+legs?\s+(?:\w+\s+)?(?:settle|calm|quiet|relax|rest|stay\s+still|stop\w*|be\s+still|went\s+quiet|were\s+(?:still|calm|quiet))\w*\b",
    I,
)
PRAISE = (
    r"\b(?:game[\s-]changer|god-?send|life-?saver|lifeline|blessing|breakthrough|miracle|wonder(?:s|ful)?|secret\s+weapon|boon"
    r"|hero|good\s+start|great\s+start|first\s+step|favourite|favorite|staple|worth\s+(?:a\s+try|trying|a\s+go|considering)|way\s+(?:to\s+go|out|forward)"
    r"|does\s+the\s+(?:trick|job)|best\s+(?:bet|friend|choice|option|form)|top\s+(?:pick|choice)|tried\s+and\s+(?:tested|true)|gold\s+standard|second\s+to\s+none"
    r"|unbeatable|unrivalled|highly\s+(?:effective|recommended)|(?:widely|often|strongly|warmly)\s+recommended|makes?\s+(?:all\s+the|a\s+(?:big|real|huge))\s+difference)\b"
)
# What is said to be done, as (name, pattern). Between the two ends may stand eighty characters of the same sentence.
GAP = r"[^.!?]{0,90}?"
DOES = [
    ("treats", rf"\b(?:{TREAT}|quiet(?:s|en(?:s|ed)?)|settl(?:e[sd]?|ing)|works?(?:\s+\w+)?\s+(?:for|against|on|with)|lessen(?:s|ed|ing)?|tam(?:e[sd]?|ing)|counter(?:s|ed|ing|act\w*)|tackl(?:e[sd]?|ing)|target(?:s|ed|ing)?|address(?:es|ed|ing)?|rid\s+(?:of|you)|free\s+(?:of|from|you)|keep(?:s|ing)?\s+\w*\s*(?:at\s+bay|away)|clears?(?:\s+up)?|resolv(?:e[sd]?|ing)|decreas(?:e[sd]?|ing)|lower(?:s|ed|ing)?|minimi[sz](?:e[sd]?|ing)|control(?:s|led|ling)?|revers(?:e[sd]?|ing)|protects?\s+(?:you\s+)?(?:against|from)|ward(?:s|ed|ing)?\s+off|take(?:s|n)?\s+(?:the\s+)?edge\s+off|benefit(?:s|ed|ing)?|tonic|melts?\s+away|say\s+goodbye\s+to|put(?:s|ting)?\s+an?\s+end\s+to|dampen\w*|diminish\w*|soften\w*|shorten\w*|curb\w*|subdu\w+|quell\w*|overcom\w+|overcame|conquer\w*|defeat\w*|fend\w*\s+off|hold\w*\s+off|do(?:es)?\s+(?:wonders|the\s+trick)|did\s+wonders|mak(?:e[sd]?|ing)\s+(?:a|all\s+the|such\s+a|the)\s+(?:\w+\s+)?difference|made\s+(?:a|all\s+the)\s+(?:\w+\s+)?difference|transform\w*|sort(?:s|ed)?\s+out|get(?:s|ting)?\s+rid|spare[sd]?|silenc\w+|nip\w*|cut(?:s|ting)?(?:\s+down)?|chas\w+\s+away|mut(?:e[sd]?|ing)|drive[sn]?\s+(?:out|away)|deal(?:s|t)?\s+with|help(?:s|ed|ing)?\s+\w+|good\s+news\s+for|comfort\w*|respite|protect\w*)\b{GAP}(?:%(condition)s)"),
    ("remedy", r"(?:%(condition)s)[^.!?]{0,60}?\b(?:relief|remed(?:y|ies)|treatments?|cures?|solutions?|therap(?:y|ies)|answer|fix|antidote|vanish\w*|disappear\w*|improv(?:e[sd]?|ing|ement)|went\s+away|go(?:es)?\s+away|gone|eas(?:e[sd]?|ing)|better|respond(?:s|ed)?\s+(?:well\s+)?to|stop(?:s|ped)?|subsid\w+|settle[sd]?|fad(?:e[sd]?|ing)|calm\w*|less(?:en\w*)?|relieved|manageable|under\s+control)\b"),
    ("best for", r"\b(?:best|right|ideal|top|most\s+(?:effective|useful|suitable)|effective|efficac\w+|great|good|perfect|excellent|wonderful|helpful|useful|powerful|popular|form\s+of\s+choice|first\s+choice|choice|recommended|suited|suitable|go[\s-]to|must[\s-]have|answer|solution|key|secret|trick|remed(?:y|ies)|relief|support(?:s|ing)?|works?\s+(?:well|best|wonders|fast)|treatment|cure|weapon|ally|saviou?r|game[\s-]changer|hope|designed|made|formulated|helps?|natural\s+\w+|fix)\b[^.!?]{0,50}?\b(?:for|to|against|with|of|in)\b[^.!?]{0,40}?(?:%(condition)s)"),
    ("for", r"(?:%(condition)s)[^.!?]{0,40}?\b(?:is|are|has|:)\b[^.!?]{0,30}?\b(?:best|top|ideal|form\s+of\s+choice|first\s+choice|answer|solution|remedy)\b"),
    ("cause", rf"\b(?:lack\w*|deficien\w+|deficits?|without\s+(?:enough|sufficient)|shortage|too\s+little|not\s+enough|low(?:\s+levels?(?:\s+of)?)?|depleted|running\s+low|insufficient)\b{GAP}\b(?:caus\w+|leads?|led|trigger\w*|results?\s+in|behind|responsible|bring\w*\s+on|root|blame|explain\w*|is\s+why|the\s+reason|produc\w+|provok\w+|means|make[sd]?|show\w*\s+(?:up|itself)|get(?:s)?\s+worse|worsen\w*|feel\s+it)\b{GAP}(?:%(condition)s)"),
    ("caused by", rf"(?:%(condition)s){GAP}\b(?:caused\s+by|due\s+to|result\s+of|results?\s+from|stems?\s+from|comes?\s+from|signs?\s+(?:of|that)|sign\s+you|symptoms?\s+of|because\s+of|down\s+to|triggered\s+by|linked\s+to|rooted\s+in|traced\s+to|mean(?:s)?)\b[^.!?]{{0,40}}?\b(?:lack\w*|deficien\w+|deficits?|without\s+(?:enough|sufficient)|shortage|too\s+little|not\s+enough|low\b|insufficient|magnesium)"),
    ("dose", rf"\b(?:take|taking|use|using|try|rub|spray|massage|soak|swallow|dose|apply|start(?:ing)?\s+with|dissolve|add|aim\s+for|need|drink|bathe|pop|increase|raise|double)\b{GAP}\b(?:\d+\s?(?:mg|milligrams?|grams?|g|capsules?|tablets?|sprays?|scoops?|cups?|minutes?|times)|before\s+bed\w*|each\s+(?:night|evening)|every\s+(?:night|evening|day)|nightly|daily|at\s+night|a\s+day|in\s+the\s+evening|at\s+bedtime)\b{GAP}(?:%(condition)s|%(legs)s)"),
    ("dose first", rf"(?:%(condition)s|%(legs)s){GAP}\b(?:take|taking|use|try|rub|spray|soak|swallow|apply|dissolve|aim\s+for|need|increase|raise|double)\b{GAP}\b(?:\d+\s?(?:mg|milligrams?|grams?|g\b|capsules?|tablets?|sprays?|scoops?|cups?)|before\s+bed\w*|each\s+(?:night|evening)|every\s+(?:night|evening)|nightly|daily|at\s+bedtime|magnesium)"),
    ("dose for", r"\b\d[\d,.–-]*\s?(?:mg|milligrams?|grams?|g)\b[^.!?]{0,60}?\b(?:for|against|to)\b[^.!?]{0,40}?(?:%(condition)s|%(legs)s)"),
    ("praise", r"(?:%(condition)s)[^.!?]{0,90}?(?:%(praise)s)"),
    ("praise for", r"(?:%(praise)s)[^.!?]{0,70}?(?:%(condition)s|%(legs)s)"),
    ("lack", rf"(?:%(condition)s){GAP}\b(?:lack(?:s|ing|ed)?|short\s+of|needs?\s+(?:more|extra)|low\s+(?:in|on)|(?:get|gets|getting|have|has)\s+(?:too\s+little|not\s+enough)|deficien\w+|depleted|crav\w+|cry(?:ing)?\s+out\s+for)\b[^.!?]{{0,40}}?\b(?:magnesium|mineral|it)\b"),
    ("lack shows", rf"\b(?:lack\w*|deficien\w+|short\s+of|too\s+little|low)\b[^.!?]{{0,60}}?\b(?:magnesium)?\b[^.!?]{{0,60}}?(?:which|that)\s+is\s+why{GAP}(?:%(condition)s|legs)"),
    ("without it", r"\bwithout\s+(?:enough|sufficient|your|the)?\s*(?:\w+\s+)?magnesium\b[^.!?]{0,60}?(?:%(condition)s)"),
    ("no match", r"(?:%(condition)s)[^.!?]{0,40}?\b(?:stand\s+a\s+chance|no\s+match|no\s+contest|no\s+chance)\b"),
    ("legs pay", r"\b(?:lack\w*|deficien\w+|short\s+of|too\s+little)\b[^.!?]{0,70}?\blegs?\s+(?:pay|suffer|feel|show|twitch|jump|kick|protest|complain|tell)\w*\b"),
    ("legs", r"(?:%(legs)s)"),
    ("testimonial", rf"\b(?:I|me|my|we|she|he|her|his|customers?|users?|readers?|reviewers?|buyers?|many\s+people|people|sufferers?|those|patients?)\b{GAP}\b(?:swear|love|report(?:s|ed)?|found|finds?|say|says|said|tell|told|noticed?|felt|slept|sleep|cured|free|stopped|gone|went|vanished|better|relief|changed\s+\w+\s+life|thank\w*|trust)\b{GAP}(?:%(condition)s)"),
    ("testimonial after", rf"(?:%(condition)s){GAP}\b(?:I|my|we|she|he|customers?|users?|readers?|many\s+people|sufferers?)\b{GAP}\b(?:swear|love|found|stopped|gone|went|vanished|better|relief|thank\w*)\b"),
    ("prevents", rf"\b(?:enough|plenty\s+of|optimal|topping\s+up|replenish\w*|correct\w*|restor\w+|boost\w*|raising)\b{GAP}\b(?:keep\w*|mean\w*|avoid\w*|so\s+that|help\w*|fix\w*|end\w*)\b{GAP}(?:%(condition)s)"),
    ("correct", rf"(?:%(condition)s){GAP}\b(?:correct|replenish|restore|fix|boost|raise|top\s+up)\w*\b"),
]  # fmt: skip
# Between "good for", "made with": verbs that also stand in harmless company.
HARMLESS = re.compile(
    r"\b(?:help|helps|need|ask|see|talk|speak|contact|tell)\s+(?:your|a|the)?\s*(?:doctor|GP|pharmacist)\b"
    r"|\btreated\s+by\s+(?:a|your)\s+doctor\b|\beasy\b|\bin\s+ease\b",
    I,
)
ASSERTIVE = re.compile(
    r"\bnot\s+(?:only|just|merely|simply)\b|\bno\s+longer\b|\bno\s+(?:doubt|question|wonder|surprise|secret|coincidence|better|other|prescription|need|side)\b"
    r"|\b(?:nothing|none)\s+(?:\w+\s+){0,2}(?:better|beats|compares|like|matches|works\s+(?:better|as|so|quite))"
    r"|\b(?:can['’]?t|cannot|couldn['’]t|can\s+not)\s+(?:\w+\s+)?(?:go\s+wrong|beat|be\s+beaten|praise|recommend|live|do\s+without|imagine|ignore|be\s+ignored|overstate|deny|stay|settle|rest|sleep|sit|stop|keep|lie)\b"
    r"|\b(?:do\s+not|don['’]t|never|needn['’]t|no\s+need\s+to|why\s+not|shouldn['’]t|need\s+not|won['’]t)\s+(?:\w+\s+)?(?:wait|suffer|miss|let|lie|hesitate|put\s+up|give\s+up|worry|look\s+back|be\s+surprised|underestimate|forget|overlook|regret|accept|stay\s+still|settle|stop\s+moving|rest|need|have\s+to|believe\s+how|fail\w*)\b"
    r"|\bnever\s+(?:fail\w*|been\s+(?:better|easier)|felt|looked|again|slept|wake|suffer\w*)\b|\bwithout\s+(?:a\s+|any\s+)?(?:prescription|drugs?|medicines?|medication|side|doctor|pills?|a?\s*doubt|fail|having|chemicals)\b"
    r"|\bwhether\s+you\b|\bno\s+longer\b|\bnot\s+(?:a|an)\s+(?:drug|medicine)\s+but\b|\bif\s+not\b|\bunlike\b|\bnot\s+surprising\w*\b|\b(?:don['’]t|do\s+not|never)\s+(?:stand|have|get)\s+(?:a\s+)?(?:chance|hope)\b|\bunquestionabl\w+\b|\bundeniabl\w+\b",
    I,
)
NEGATORS = re.compile(
    r"\b(?:not|never|neither|nor|nobody|no\s+one|none|nothing|cannot|hardly|barely|scarcely)\b|n['’]t\b"
    r"|\bno\s+(?:\w+\s+){0,4}(?:evidence|trials?|stud(?:y|ies)|proof|data|research|reason|sign|claims?|effect|difference|benefit|advantage|basis|sources?|group|form|product|review|answer|placebo|verdict|link|cause|support|supplement|one|magnesium|cure|remedy|treatment)\b"
    r"|\b(?:whether|unclear|uncertain|unproven|unknown|unsupported|undecided|inconclusive|insufficient|doubtful|disputed|open\s+question|too\s+(?:small|few|little\s+evidence)|far\s+from)\b"
    r"|\b(?:lack|absence|shortage)\s+of\s+(?:\w+\s+)?(?:evidence|proof|trials?|data|research)\b|\b(?:little|weak|poor|scant|thin|limited|low-certainty|insufficient)\s+(?:\w+\s+)?(?:evidence|proof|data|research|support)\b"
    r"|\b(?:fail(?:s|ed)|unable)\s+to\b|\bwould\s+have\s+to\b|\bmyth\b|\b(?:wrong|false|untrue|nonsense|premature|too\s+much|misguided)\b|\bwithout\s+(?:\w+\s+)?(?:evidence|proof|a\s+(?:control|comparison|placebo))\b|\bmistaken\b|\bmisleading\b|\bruled\b"
    r"|\b(?:asked?|ask(?:s|ing)?|tested?|test(?:s|ing)?|studied|looked\s+at|examined|wonder\w*|question\w*|know|tell|say|find\s+out|decide|see|show)\s+(?:\w+\s+)?(?:if|how)\b|\bif\s+(?:anyone|somebody|someone|a\s+(?:page|shop|seller|label))\b"
    r"|\b(?:whoever|anyone\s+who|pages?\s+(?:that|which)|sellers?\s+(?:who|that)|shops?\s+(?:that|who)|adverts?\s+that)\s+(?:says?|claims?|promises?|tells?|sells?|writes?)\b|\bbeware\b|\bbe\s+wary\b|\bsuspicious\b|\bclaims?\s+(?:that|such|like)\b|\bso-called\b|\bsuggested\b",
    I,
)
AFTER = re.compile(
    r"^[^.!?;]{0,90}?(?:\b(?:is|are|was|were|has|have|had|remains?|stays?|can|could|does|do|did|would|will)\s+(?:\w+\s+)?(?:not|never|un(?:known|proven|clear|certain|supported)|inconclusive|a\s+(?:myth|guess)|wrong|no\b|nobody|too\s+(?:small|few)|open|doubtful|hard\s+to|disputed|weak|thin)"
    r"|n['’]t\b|\bnobody\b|\bno\s+(?:trial|study|evidence|proof|one)\b|\bnot\s+(?:been\s+)?(?:shown|proven|known|tested|supported)|\bun(?:known|proven|clear|certain)\b|\bmyth\b|\bnever\s+been\b|\bno\s+(?:more|better)\s+than\s+placebo|\bno\s+difference\b|\bplacebo\s+did\b)",
    I,
)
CLAUSE = re.compile(
    r";|:\s|\s[–—-]\s|,\s*(?:but|yet|so|and|while|whereas|though)\s|\b(?:but|yet|however|whereas)\b|\band\s+(?:yet|so)\b",
    I,
)
STUDY = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|pilot|reviews?|researchers?\s+(?:found|gave|tested|compared|report\w*|saw)|participants?|placebo|randomi[sz]ed|open[\s-]label|meta[\s-]?analys[ei]s|cohort)\b",
    I,
)
SIZE = re.compile(
    r"\b(?:\d{1,5}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|small)\s+(?:\w+\s+){0,4}(?:people|adults|patients|participants|women|men|volunteers|trials?|stud(?:y|ies)|untreated)\b|\bn\s*=\s*\d+",
    I,
)
DESIGN = re.compile(
    r"\b(?:placebo|open[\s-]label|open\s+(?:pilot|stud\w+)|uncontrolled|randomi[sz]ed|blind\w*|control(?:led)?\s+group|nobody\s+(?:had|got|received)|single-blind|systematic|case\s+(?:series|reports?)|comparison\s+group|pilot)\b",
    I,
)
PROVES = re.compile(
    r"\b(?:prov(?:e|es|ed|en)|confirm(?:s|ed)?|establish(?:es|ed)?|demonstrat(?:e|es|ed)|science\s+(?:says|shows)|clearly|backed\s+by|agree[sd]?|know[sn]?|convinced|consensus|beyond\s+doubt|experts)\b",
    I,
)
# Not a study but “studies”: nothing that a reader could look up.
VAGUE = re.compile(
    r"^\W*(?:(?:some|many|several|recent|new|various|countless|numerous|a\s+number\s+of)\s+)?(?:clinical\s+|scientific\s+)?(?:studies|trials|research|science|evidence)\s+(?:also\s+|now\s+|has\s+|have\s+)?(?:suggest\w*|show\w*|found|finds?|indicat\w*|support\w*|link\w*|point\w*)",
    I,
)
PRONOUN = re.compile(
    r"^(?:\W*)(?:(?:and|but|so|yes|then|in\s+fact|better\s+still|best\s+of\s+all|it\s+is\s+true|many\s+people\s+find\s+that|taken\s+\w+),?\s+)?(?:it|they|this|these|that|taking\s+(?:it|them)|both|either|one\s+(?:capsule|spray)|just\s+(?:one|two)|(?:correct|fix|fill|replenish|make\s+up\s+for)\w*\s+(?:the|this|that)\s+(?:deficiency|deficit|lack|shortage|shortfall|gap))\b",
    I,
)
RECOMMENDS = re.compile(r"^\W*(?:try|take|use|reach\s+for|think|choose|go\s+for|add|spray|get)\b", I)
YES = re.compile(r"^\W*(?:yes|absolutely|certainly|definitely|of\s+course|it\s+does|they\s+do|indeed)\b", I)
THROUGH_SKIN = re.compile(
    r"\b(?:through|via|across)\s+(?:your\s+|the\s+)?skin\b|\b(?:into|to|in)\s+(?:your\s+|the\s+)?(?:bloodstream|muscles?|cells?|tissues?)\b"
    r"|\btrans[\s-]?dermal",
    I,
)
ON_SKIN = re.compile(r"\b(?:sprays?|oil|bath\w*|soak\w*|Epsom|salts?|skin|flakes|trans[\s-]?dermal\w*)\b", I)
VERSUS = re.compile(
    r"\b(?:as\s+(?:well|good|effective|strong|powerful|reliable|fast)\s+as|(?:better|safer|gentler|cheaper|faster|more\s+effective)\s+than)\s+(?:\w+\s+){0,2}?(?:medic\w+|drugs?|sleeping\s+\w+|painkillers?|prescri\w+|ropinirole|pramipexole|rotigotine|gabapentin|pregabalin)\b",
    I,
)
# What may stand beside our things and a condition in one sentence without tying them together.
NEUTRAL = re.compile(
    r"\b(?:articles?|pages?|guides?|read(?:s|ing)?|about|reviews?|stud(?:y|ies|ied)|trials?|pilots?|questions?|evidence|claims?|facts|known|tested|literature"
    r"|sources?|tables?|research|ask(?:s|ed|ing)?|tell|told|mention|talk|doctors?|GPs?|pharmacists?|worse|interact\w*|apart|kidney|side\s+effects|separate"
    r"|mixed\s+up|confus\w+|borrowed|labels?|sell|sold|test(?:s|ing)?|measured|bowels?|stools?|verdict|stands|subject|sentences?|hear[sd]?|everything\s+you|an?\s+(?:\w+\s+)?look|explained|overview|introduction|basics|different|differ\w*|scores?|uptake)\b",
    I,
)
ASSERTS = re.compile(
    r"\b(?:is|are|was|were|be|been|can|could|may|might|will|would|should|do|does|did|has|have|had|make[sd]?|making|made|get|gets|got|give[sn]?|gave|try|tries|tried|take[ns]?|took|use[ds]?|add(?:s|ed|ing)?"
    r"|want|needs?|let|lets|means?|work(?:s|ed)?|need|reach|turn\w*|go|goes|went|start\w*|keep\w*|bring\w*|put\w*|think|thought|say|says|said)\b|['’](?:s|re|ve|ll)\b|:\s",
    I,
)


def _with(pattern: str) -> re.Pattern:
    return re.compile(pattern % {"condition": CONDITION.pattern, "legs": LEGS.pattern, "praise": PRAISE}, I)


COMPILED = [(name, _with(pattern.replace("%", "%%").replace("%%(", "%("))) for name, pattern in DOES]


@dataclass(frozen=True)
class Said:
    """What a sentence says about what we sell and a condition."""

    colour: str  # red, amber or green
    kind: str = ""
    phrase: str = ""


def governed(sentence: str, start: int, end: int) -> bool:
    """Whether a negation, a doubt or a report governs what stands at start:end of the sentence."""
    softened = ASSERTIVE.sub(lambda found: "·" * len(found[0]), sentence)
    before = softened[:start]
    clauses = [found.end() for found in CLAUSE.finditer(before)]
    clause = before[clauses[-1] :] if clauses else before
    # What is done begins inside the span: “may not help” has its negation there.
    inside = softened[start:end]
    if NEGATORS.search(clause) or NEGATORS.search(inside):
        return True
    # A doubt at the head of the sentence reaches over its commas: “It is unclear if A, and so B, helps C”.
    head = re.match(
        r"^\W*(?:it\s+is\s+(?:un\w+|not)|whether|nobody|no\s+(?:trial|study|one|evidence)|neither)\b",
        softened,
        I,
    )
    if head and not re.search(r"\b(?:but|however|yet)\b", before, I):
        return True
    return bool(AFTER.search(softened[end:]))


def ours_in(text: str) -> list[re.Match]:
    hidden = NOT_OURS.sub(lambda found: "·" * len(found[0]), text)
    return list(OURS.finditer(hidden))


def names_condition_widely(sentence: str) -> bool:
    return bool(CONDITION.search(sentence) or LEGS.search(sentence))


def read_sentence(sentence: str, *, carried: bool = False, paragraph: str = "") -> Said:
    """Red: claims that ours does something about a condition. Green: says that it is not shown, or names neither.

    `carried`: the sentence before spoke of ours, so that “it” means ours. `paragraph`: for the size and the design
    of a study, which may stand beside the sentence.
    """
    ours = ours_in(sentence)
    about_ours = bool(ours) or (carried and bool(PRONOUN.search(sentence)))
    if not about_ours:
        return Said("green")
    if sentence.rstrip().endswith("?") and not re.search(
        r"\b(?:why\s+(?:not|suffer|wait|put\s+up|live\s+with|lie|struggle|go\s+on|bother\s+with)|ready\s+to|tired\s+of|looking\s+for|did\s+you\s+know)\b",
        sentence,
        I,
    ):
        return Said("green", "question")
    excused = False
    through = THROUGH_SKIN.search(sentence)
    if through and ON_SKIN.search(sentence):
        if not governed(sentence, through.start(), through.end()):
            return Said("red", "through the skin", through[0])
        excused = True
    versus = VERSUS.search(sentence)
    if versus and not governed(sentence, versus.start(), versus.end()):
        return Said("red", "compared with a medicine", versus[0])
    for name, pattern in COMPILED:
        for found in pattern.finditer(sentence):
            if name == "legs" and not ours:
                continue
            if HARMLESS.search(found[0]) or _done_by_another(sentence, found, bool(ours)):
                continue
            if governed(sentence, found.start(), found.end()):
                excused = True
                continue
            if (
                STUDY.search(sentence)
                and not PROVES.search(sentence)
                and not VAGUE.search(sentence)
                and name not in {"dose", "best for", "dose for"}
            ):
                around = f"{sentence} {paragraph}"
                if SIZE.search(around) and DESIGN.search(around):
                    excused = True
                    continue
                return Said("amber", "study without size and design", found[0])
            return Said("red", name, found[0])
    tied = _tied(sentence, bool(ours))
    if tied and not excused:
        return tied
    return Said("green", "excused" if excused else "")


def _tied(sentence: str, has_ours: bool) -> Said | None:
    """Red where ours and a condition are brought together in a statement that nothing holds back."""
    condition = CONDITION.search(sentence)
    if not has_ours or condition is None or NEUTRAL.search(sentence):
        return None
    rest = OURS.sub(" ", CONDITION.sub(" ", sentence))
    if not ASSERTS.search(rest) and not re.search(r"\b\w{3,}(?:s|ed|ing)\b", rest):
        return None
    softened = ASSERTIVE.sub(lambda found: "·" * len(found[0]), sentence)
    if NEGATORS.search(softened) or OTHERS.search(sentence):
        return None
    return Said("red", "ties them together", condition[0])


def _done_by_another(sentence: str, found: re.Match, has_ours: bool) -> bool:
    """Whether something else than ours is what acts: the nearest doer before, in the same clause."""
    before = sentence[: found.start()]
    clauses = [part.end() for part in CLAUSE.finditer(before)]
    clause_start = clauses[-1] if clauses else 0
    ours = [match.end() for match in ours_in(sentence[: found.start()]) if match.end() > clause_start]
    others = [match.end() for match in OTHERS.finditer(before) if match.end() > clause_start]
    inside_ours = bool(ours_in(found[0])) or bool(ours_in(sentence[found.end() :]))
    if others and not ours:
        return not (inside_ours and re.search(r":\s*\S", sentence[found.end() :] or ""))
    if others and ours and max(others) > max(ours):
        return (
            bool(re.search(r"\b(?:than|not|unlike|while|whereas)\b", sentence[max(ours) : max(others)], I))
            is False
            and "and" not in sentence[max(ours) : max(others)]
        )
    return False
