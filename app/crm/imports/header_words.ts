import type { ProspectField } from '#app/crm/imports/fields'

/**
 * Folded headers (see `foldHeader`) of exports in English, French, German, Spanish and Italian,
 * and of Chatwoot, HubSpot, Salesforce, Pipedrive, Zoho, Brevo, Google and Outlook contacts.
 */
const HEADERS: Record<ProspectField, string> = {
  email: `
    email, e mail, mail, email address, e mail address, emailaddress, email 1 value, e mail 1
    value, primary email, work email, contact email, business email, person email, adresse
    email, adresse e mail, adresse mail, adresse de messagerie, courriel, adresse courriel,
    email pro, e mail pro, mail pro, email professionnel, email adresse, e mail adresse,
    mailadresse, emailadresse, correo, correo electronico, direccion de correo, posta
    elettronica, indirizzo email, indirizzo e mail
  `,
  phone: `
    phone, phone number, phonenumber, telephone, telephone number, tel, mobile, mobile phone,
    mobilephone, mobile number, cell, cell phone, phone 1 value, primary phone, work phone,
    business phone, contact number, sms, whatsapp, numero de telephone, no telephone, n
    telephone, telephone portable, portable, telephone mobile, tel portable, tel mobile, gsm,
    numero, telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rufnummer, telefono,
    numero de telefono, movil, celular, telefono movil, cellulare, numero di telefono, recapito
    telefonico
  `,
  first_name: `
    first name, firstname, given name, forename, prenom, prenoms, vorname, nombre de pila,
    primer nombre
  `,
  last_name: `
    last name, lastname, surname, family name, nom de famille, nachname, familienname, apellido,
    apellidos, cognome
  `,
  name: `
    name, full name, fullname, contact, contact name, display name, customer, customer name,
    person name, lead name, client, nom, nom complet, nom et prenom, nom prenom, prenom nom,
    prenom et nom, nom du contact, nom client, nom du client, interlocuteur, vollstandiger name,
    kunde, kundenname, ansprechpartner, nombre, nombre completo, nombre y apellidos, cliente,
    contacto, nome, nome completo, nome e cognome, nominativo, contatto
  `,
  company: `
    company, company name, companyname, organization, organisation, organization name,
    organization 1 name, account, account name, business, business name, associated company,
    employer, entreprise, societe, nom de l entreprise, nom entreprise, raison sociale, nom de
    la societe, nom societe, etablissement, enseigne, firma, firmenname, unternehmen,
    unternehmensname, empresa, razon social, nombre de la empresa, azienda, ragione sociale,
    societa, ditta, nome azienda
  `,
  job_title: `
    job title, jobtitle, title, position, role, job, fonction, poste, intitule du poste, metier,
    profession, berufsbezeichnung, funktion, beruf, cargo, puesto, ruolo, qualifica, mansione
  `,
  city: `
    city, town, billing city, mailing city, billingcity, mailingcity, ville, commune, localite,
    stadt, ort, wohnort, ciudad, localidad, poblacion, citta, comune
  `,
  country: `
    country, country code, country region, billing country, mailing country, billingcountry,
    mailingcountry, office location, pays, code pays, land, pais, paese, nazione, stato
  `,
  locale: `
    language, locale, lang, preferred language, langue, langue preferee, sprache, idioma, lingua
  `,
  source: `
    source, lead source, leadsource, origin, original source, source du lead, origine,
    provenance, canal, quelle, herkunft, origen, fuente, fonte
  `,
  tags: `
    tags, tag, labels, label, groups, group membership, categories, category, etiquettes,
    etiquette, mots cles, groupe, groupes, categorie, schlagworte, kategorien, etiquetas,
    categoria, etichette, gruppi
  `,
  consent: `
    consent, opt in, optin, newsletter, gdpr, gdpr consent, marketing consent, accepts
    marketing, accepts email marketing, subscribed, email opt in, consentement, rgpd, accord,
    inscrit newsletter, abonne, einwilligung, dsgvo, consentimiento, consenso, privacy
  `,
}

/** Folded header → field. */
export const FIELD_OF_HEADER: ReadonlyMap<string, ProspectField> = new Map(
  Object.entries(HEADERS).flatMap(([field, words]) =>
    words.split(',').map((word) => [word.trim().replace(/\s+/g, ' '), field as ProspectField])
  )
)
