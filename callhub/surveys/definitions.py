"""What citizens read, in the five languages they may choose. Galician and Basque are spoken on these pages only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The sentences of the survey in one language; ``message`` and ``reminder`` take ``{town}`` and ``{link}``."""

    code: str
    name: str
    title: str
    intro: str
    solved: str
    yes: str
    partly: str
    no: str
    treatment: str
    overall: str
    scale: str
    text: str
    text_hint: str
    optional: str
    send: str
    choose: str
    look_again: str
    thanks: str
    thanks_text: str
    kept: str
    kept_text: str
    over: str
    over_text: str
    unknown: str
    unknown_text: str
    too_often: str
    too_often_text: str
    code_title: str
    code_label: str
    code_hint: str
    code_go: str
    code_wrong: str
    language: str
    skip: str
    demonstration: str
    message: str
    reminder: str
    mail_subject: str


SPANISH = Words(
    code="es",
    name="Español",
    title="Su llamada",
    intro="Tres preguntas, menos de un minuto, sin cuenta. Su respuesta se guarda sin su nombre, su número ni la llamada.",
    solved="¿Se resolvió el asunto por el que llamó?",
    yes="Sí",
    partly="En parte",
    no="No",
    treatment="¿Cómo fue el trato que recibió?",
    overall="En conjunto, ¿cómo valora la atención?",
    scale="0 es muy mal y 10, muy bien.",
    text="¿Quiere añadir algo?",
    text_hint="No escriba datos personales: los teléfonos y los correos se borran.",
    optional="(opcional)",
    send="Enviar",
    choose="Elija una respuesta.",
    look_again="Falta alguna respuesta",
    thanks="Gracias",
    thanks_text="Su respuesta está guardada.",
    kept="Esta llamada ya tiene respuesta",
    kept_text="Cada llamada se responde una sola vez. Lo que se respondió está guardado.",
    over="El plazo ha terminado",
    over_text="Ya no se puede responder sobre esta llamada.",
    unknown="Aquí no hay ninguna encuesta",
    unknown_text="Compruebe el enlace o el código.",
    too_often="Demasiados intentos",
    too_often_text="Vuelva a probar dentro de una hora.",
    code_title="Su opinión sobre la llamada",
    code_label="Código que le dieron",
    code_hint="8 letras y cifras; por ejemplo, ACDE 3467",
    code_go="Continuar",
    code_wrong="Este código no abre ninguna encuesta: compruébelo.",
    language="Idioma",
    skip="Ir al contenido",
    demonstration="Datos de demostración: nada de esta página describe un servicio real.",
    message="{town}: ¿cómo fue su llamada? Tres preguntas: {link}",
    reminder="{town}: aún puede decirnos cómo fue su llamada. Tres preguntas: {link}",
    mail_subject="¿Cómo fue su llamada?",
)
CATALAN = Words(
    code="ca",
    name="Català",
    title="La seva trucada",
    intro="Tres preguntes, menys d'un minut, sense compte. La resposta es desa sense el seu nom, el seu número ni la trucada.",
    solved="Es va resoldre l'assumpte pel qual va trucar?",
    yes="Sí",
    partly="En part",
    no="No",
    treatment="Com va ser el tracte que va rebre?",
    overall="En conjunt, com valora l'atenció?",
    scale="0 és molt malament i 10, molt bé.",
    text="Hi vol afegir res?",
    text_hint="No hi escrigui dades personals: els telèfons i els correus s'esborren.",
    optional="(opcional)",
    send="Enviar",
    choose="Triï una resposta.",
    look_again="Falta alguna resposta",
    thanks="Gràcies",
    thanks_text="La seva resposta està desada.",
    kept="Aquesta trucada ja té resposta",
    kept_text="Cada trucada es respon una sola vegada. El que es va respondre està desat.",
    over="El termini s'ha acabat",
    over_text="Ja no es pot respondre sobre aquesta trucada.",
    unknown="Aquí no hi ha cap enquesta",
    unknown_text="Comprovi l'enllaç o el codi.",
    too_often="Massa intents",
    too_often_text="Torni-ho a provar d'aquí a una hora.",
    code_title="La seva opinió sobre la trucada",
    code_label="Codi que li van donar",
    code_hint="8 lletres i xifres; per exemple, ACDE 3467",
    code_go="Continuar",
    code_wrong="Aquest codi no obre cap enquesta: comprovi'l.",
    language="Llengua",
    skip="Anar al contingut",
    demonstration="Dades de demostració: res d'aquesta pàgina no descriu un servei real.",
    message="{town}: com va anar la seva trucada? Tres preguntes: {link}",
    reminder="{town}: encara ens pot dir com va anar la seva trucada. Tres preguntes: {link}",
    mail_subject="Com va anar la seva trucada?",
)
ENGLISH = Words(
    code="en",
    name="English",
    title="Your call",
    intro="Three questions, under a minute, no account. Your answer is kept without your name, your number or the call.",
    solved="Was the matter you called about solved?",
    yes="Yes",
    partly="Partly",
    no="No",
    treatment="How were you treated?",
    overall="All in all, how do you rate the service?",
    scale="0 is very bad and 10 is very good.",
    text="Is there anything you want to add?",
    text_hint="Please write no personal data: telephone numbers and e-mail addresses are removed.",
    optional="(optional)",
    send="Send",
    choose="Choose an answer.",
    look_again="An answer is missing",
    thanks="Thank you",
    thanks_text="Your answer is kept.",
    kept="This call has its answer",
    kept_text="Each call is answered once. What was answered is kept.",
    over="The time to answer is over",
    over_text="This call cannot be answered about any more.",
    unknown="There is no survey here",
    unknown_text="Check the link or the code.",
    too_often="Too many tries",
    too_often_text="Try again in an hour.",
    code_title="Your opinion of the call",
    code_label="The code you were given",
    code_hint="8 letters and digits, such as ACDE 3467",
    code_go="Continue",
    code_wrong="This code opens no survey: check it.",
    language="Language",
    skip="Skip to the content",
    demonstration="Demonstration data: nothing on this page describes a real service.",
    message="{town}: how was your call? Three questions: {link}",
    reminder="{town}: you can still tell us how your call was. Three questions: {link}",
    mail_subject="How was your call?",
)
GALICIAN = Words(
    code="gl",
    name="Galego",
    title="A súa chamada",
    intro="Tres preguntas, menos dun minuto, sen conta. A súa resposta gárdase sen o seu nome, o seu número nin a chamada.",
    solved="Resolveuse o asunto polo que chamou?",
    yes="Si",
    partly="En parte",
    no="Non",
    treatment="Como foi o trato que recibiu?",
    overall="En conxunto, como valora a atención?",
    scale="0 é moi mal e 10, moi ben.",
    text="Quere engadir algo?",
    text_hint="Non escriba datos persoais: os teléfonos e os correos bórranse.",
    optional="(opcional)",
    send="Enviar",
    choose="Elixa unha resposta.",
    look_again="Falta algunha resposta",
    thanks="Grazas",
    thanks_text="A súa resposta está gardada.",
    kept="Esta chamada xa ten resposta",
    kept_text="Cada chamada respóndese unha soa vez. O que se respondeu está gardado.",
    over="O prazo rematou",
    over_text="Xa non se pode responder sobre esta chamada.",
    unknown="Aquí non hai ningunha enquisa",
    unknown_text="Comprobe a ligazón ou o código.",
    too_often="Demasiados intentos",
    too_often_text="Probe de novo dentro dunha hora.",
    code_title="A súa opinión sobre a chamada",
    code_label="Código que lle deron",
    code_hint="8 letras e cifras; por exemplo, ACDE 3467",
    code_go="Continuar",
    code_wrong="Este código non abre ningunha enquisa: compróbeo.",
    language="Lingua",
    skip="Ir ao contido",
    demonstration="Datos de demostración: nada desta páxina describe un servizo real.",
    message="{town}: como foi a súa chamada? Tres preguntas: {link}",
    reminder="{town}: aínda nos pode dicir como foi a súa chamada. Tres preguntas: {link}",
    mail_subject="Como foi a súa chamada?",
)
BASQUE = Words(
    code="eu",
    name="Euskara",
    title="Zure deia",
    intro="Hiru galdera, minutu bat baino gutxiago, konturik gabe. Zure erantzuna izenik, zenbakirik eta deirik gabe gordetzen da.",
    solved="Konpondu al da zure deiaren gaia?",
    yes="Bai",
    partly="Neurri batean",
    no="Ez",
    treatment="Nolakoa izan zen jaso zenuen tratua?",
    overall="Oro har, nola baloratzen duzu arreta?",
    scale="0 oso gaizki da, eta 10, oso ondo.",
    text="Zerbait gehitu nahi duzu?",
    text_hint="Ez idatzi datu pertsonalik: telefonoak eta helbide elektronikoak ezabatu egiten dira.",
    optional="(aukerakoa)",
    send="Bidali",
    choose="Aukeratu erantzun bat.",
    look_again="Erantzunen bat falta da",
    thanks="Eskerrik asko",
    thanks_text="Zure erantzuna gordeta dago.",
    kept="Dei honek badu erantzuna",
    kept_text="Dei bakoitzari behin bakarrik erantzuten zaio. Erantzundakoa gordeta dago.",
    over="Epea amaitu da",
    over_text="Dei honi buruz ezin da jada erantzun.",
    unknown="Hemen ez dago inkestarik",
    unknown_text="Egiaztatu esteka edo kodea.",
    too_often="Saiakera gehiegi",
    too_often_text="Saiatu berriro ordubete barru.",
    code_title="Zure iritzia deiari buruz",
    code_label="Eman zizuten kodea",
    code_hint="8 letra eta zifra; adibidez, ACDE 3467",
    code_go="Jarraitu",
    code_wrong="Kode honek ez du inkestarik irekitzen: egiaztatu.",
    language="Hizkuntza",
    skip="Joan edukira",
    demonstration="Erakusketako datuak: orri honetako ezerk ez du benetako zerbitzurik deskribatzen.",
    message="{town}: nolakoa izan zen zure deia? Hiru galdera: {link}",
    reminder="{town}: oraindik esan diezagukezu nolakoa izan zen zure deia. Hiru galdera: {link}",
    mail_subject="Nolakoa izan zen zure deia?",
)
LANGUAGES = {one.code: one for one in (SPANISH, CATALAN, ENGLISH, GALICIAN, BASQUE)}


def words_in(*wanted: str) -> Words:
    """The sentences in the first of the languages ``wanted`` that there is, Spanish where there is none."""
    return next((LANGUAGES[code[:2].lower()] for code in wanted if code[:2].lower() in LANGUAGES), SPANISH)
