// English verbs: the past and the participle of a lemma, for saying events in a sentence.

const IRREGULAR = Object.fromEntries(
  `arise arose arisen|awake awoke awoken|be was been|bear bore borne|beat beat beaten|become became become|begin began begun
bend bent bent|bet bet bet|bid bid bid|bind bound bound|bite bit bitten|bleed bled bled|blow blew blown|break broke broken
breed bred bred|bring brought brought|broadcast broadcast broadcast|build built built|burst burst burst|buy bought bought
cast cast cast|catch caught caught|choose chose chosen|come came come|cost cost cost|creep crept crept|cut cut cut
deal dealt dealt|dig dug dug|do did done|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen
feed fed fed|feel felt felt|fight fought fought|find found found|flee fled fled|fly flew flown|forbid forbade forbidden
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got got|give gave given|go went gone|grow grew grown
hang hung hung|have had had|hear heard heard|hide hid hidden|hit hit hit|hold held held|hurt hurt hurt|keep kept kept
know knew known|lay laid laid|lead led led|leave left left|lend lent lent|let let let|lie lay lain|lose lost lost
make made made|mean meant meant|meet met met|mislead misled misled|overcome overcame overcome|overthrow overthrew overthrown
pay paid paid|put put put|quit quit quit|read read read|ride rode ridden|ring rang rung|rise rose risen|run ran run
say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|set set set|shake shook shaken|shed shed shed
shoot shot shot|show showed shown|shut shut shut|sing sang sung|sink sank sunk|sit sat sat|slay slew slain|sleep slept slept
speak spoke spoken|spend spent spent|spin spun spun|split split split|spread spread spread|stand stood stood
steal stole stolen|stick stuck stuck|strike struck struck|strive strove striven|swear swore sworn|sweep swept swept
swim swam swum|swing swung swung|take took taken|teach taught taught|tear tore torn|tell told told|think thought thought
throw threw thrown|undergo underwent undergone|understand understood understood|undertake undertook undertaken
uphold upheld upheld|upset upset upset|wake woke woken|wear wore worn|win won won|wind wound wound|withdraw withdrew withdrawn
withhold withheld withheld|withstand withstood withstood|write wrote written`
    .split(/[|\n]/)
    .map((line) => line.split(" "))
    .map(([base, past, participle]) => [base, { past, participle }]),
);
// The stress falls on the last syllable, so that the consonant doubles.
const DOUBLING = /^(?:[^aeiou]*[aeiou][bdgmnprt]|.*(?:mit|fer|pel|cur|trol|bel|gin|set|rap|quip))$/;
const NOT_DOUBLING = /^(?:offer|differ|suffer)$|[aeiou]{2}[bdgmnprt]$|[wxy]$/;

function regular(base) {
  if (base.endsWith("e")) return `${base}d`;
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ied`;
  if (base.length > 2 && DOUBLING.test(base) && !NOT_DOUBLING.test(base)) return `${base}${base.at(-1)}ed`;
  return `${base}ed`;
}

/**
 * The forms of a lemma, which may have a particle: "hand over" → "handed over".
 * @param {string} lemma
 * @returns {{base: string, past: string, participle: string}}
 */
export function verb(lemma) {
  const [head, ...particles] = lemma.toLowerCase().replaceAll("_", " ").split(" ");
  const forms = IRREGULAR[head] ?? { past: regular(head), participle: regular(head) };
  const whole = (form) => [form, ...particles].join(" ");
  return { base: whole(head), past: whole(forms.past), participle: whole(forms.participle) };
}
