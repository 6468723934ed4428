import { type Detector, spansOf } from '../entities.js'

/** `12 bis`, `12/14`, `221B` */
const NUMBER = String.raw`\d{1,5}(?:\s?(?:bis|ter|quater)|[A-Za-z]|\s?[-/]\s?\d{1,5})?`
const NAME = String.raw`[\p{L}\p{N}'’.-]+`
/** `, 75011 Paris`, `, London SW1A 2AA`, a line or two below the street. */
const PLACE = String.raw`(?:[ \t]*[,\n]?[ \t]*(?:F-|D-|CH-|B-|L-)?\d{4,5}[ \t]+\p{Lu}[\p{L}'’-]+(?:[ -](?:\p{Lu}[\p{L}'’-]+|sur|sous|en|les?|la|lès|de|du|des|am|an|der|cedex|CEDEX|\d{1,2}(?!\d)))*)?`
const ENGLISH_PLACE = String.raw`(?:[ \t]*[,\n][ \t]*(?:Apt|Suite|Unit|Floor|Flat)\.?[ \t]?#?\w{1,5})?(?:[ \t]*[,\n][ \t]*\p{Lu}[\p{L}'’-]+(?![\p{L}\p{N}])(?:[ -]\p{Lu}[\p{L}'’-]+(?![\p{L}\p{N}])){0,2})?(?:[ \t]*,?[ \t]*\p{Lu}{2}(?![\p{L}\p{N}]))?(?:[ \t]*,?[ \t]*(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?`

const FORMS = [
  // French, Spanish, Italian: kind of way before its name; the number before or after.
  String.raw`${NUMBER}[ ,]{1,2}(?i:rue|r\.|avenue|av\.?|ave|boulevard|bd\.?|bld|place|pl\.|all[ée]e|chemin|ch\.|impasse|imp\.|route|rte|quai|cours|square|sq\.|passage|ruelle|sentier|faubourg|fg|lotissement|lot\.?|r[ée]sidence|villa|esplanade|promenade|rond-point|hameau|lieu-dit|venelle|mont[ée]e|traverse|zone artisanale|za|zi|calle|avenida|plaza|paseo|via|viale|piazza|corso|largo|rua|calea|bulevardul)[ ]${NAME}(?:[ ](?!\d{4,5}\b)${NAME}){0,6}?(?=\s*(?:[,.;\n)!?]|$|\d{4,5}\b| ?(?:à|a|in|et|and|est|is|pour|for)\b))${PLACE}`,
  String.raw`(?i:calle|c/|avenida|avda\.?|plaza|paseo|carrer|via|viale|piazza|corso|largo|rua|avenue)[ ]${NAME}(?:[ ](?!\d)${NAME}){0,5},?[ ](?:n[°º.]?[ ]?)?\d{1,5}[A-Za-z]?${PLACE}`,
  // German, Dutch, Nordic: one word, then the number.
  String.raw`\p{Lu}[\p{L}-]*(?i:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|hof|straat|laan|plein|gade|vej|vägen|gatan|gata|veien|vegen|katu|tie|utca|út|tere|ulica)[ ]\d{1,5}(?:\s?[a-z])?(?!\p{L})${PLACE}`,
  String.raw`(?i:ul\.|ulica|utca)[ ]${NAME}(?:[ ]${NAME}){0,3}[ ]\d{1,5}${PLACE}`,
  // English: number, name, kind of way.
  String.raw`\d{1,6}[A-Za-z]?[ ](?:[NSEW]\.?[ ])?(?:\p{Lu}[\p{L}'’.-]*[ ]){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Way|Boulevard|Blvd|Terrace|Close|Crescent|Square|Sq|Place|Pl|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Grove|Gardens|Row|Mews|Hill|Walk|Alley)(?!\p{L})\.?${ENGLISH_PLACE}`,
  // Post boxes.
  String.raw`(?i:P\.?\s?O\.?\s?Box|BP|B\.P\.|Bo[iî]te postale|Postfach|Apartado|Casella postale)[ ]?\d{1,6}${PLACE}`,
].map((form) => new RegExp(String.raw`(?<![\p{L}\p{N}])${form}`, 'gu'))

/** Words before something that starts with a number and is one line long. */
const ANNOUNCED =
  /(?:(?:mon |notre |l['’])?adresse(?: postale| de livraison| de facturation)?|(?:my |our |the )?(?:(?:shipping|billing|home|postal|delivery) )?address(?: of [^\n.]{1,40})?|Adresse|indirizzo|direcci[óo]n)\s*(?:is|est|:|=|lautet|è|es)\s*(?<value>(?=[^\n]{0,40}\d)[^\n.;!?]{8,100}(?:\n,?[^\n.;!?]{2,60}){0,2})/dgiu

export const findPostalAddresses: Detector = (text) => {
  if (!/\d/.test(text)) return []
  return [
    ...FORMS.flatMap((form) => spansOf(text, form, 'ADDRESS')),
    ...spansOf(text, ANNOUNCED, 'ADDRESS'),
  ]
}
