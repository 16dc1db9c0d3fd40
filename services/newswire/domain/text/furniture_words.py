"""What page furniture says, in the languages that newswire reads most.

All lower case. A space also stands for a hyphen.
"""

from typing import Final

LABELS: Final = (
    # en
    "advertisement", "advertisements", "advertising", "sponsored", "sponsored content", "promoted", "supported by",
    "share", "share this", "share this article", "share this story", "share article", "share on facebook",
    "share on twitter", "share via email", "tweet", "email", "print", "copy link", "save", "save article",
    "save for later", "listen", "listen to this article", "comments", "leave a comment", "post a comment",
    "show comments", "view comments", "join the conversation", "read more", "read full story", "read the full story",
    "see more", "show more", "load more", "view more", "learn more", "continue reading",
    "continue reading the main story", "story continues", "story continues below", "article continues below",
    "story continues below advertisement", "article continues below advertisement", "scroll to continue",
    "scroll down", "skip to content", "skip to main content", "skip advertisement", "skip ad", "back to top",
    "loading", "please wait", "close", "menu", "search", "subscribe", "subscribe now", "sign in", "log in", "sign up",
    "register", "newsletter", "newsletters", "follow us", "view gallery", "open image in gallery",
    "view image in fullscreen", "image source", "image caption", "getty images", "don't miss", "related content",
    "play video", "watch now", "watch video", "this video can not be played", "published", "updated",
    "all rights reserved", "report this ad", "remove ads", "accept cookies", "accept all", "cookie settings",
    "cookie policy", "privacy policy", "terms of use", "reprints and permissions", "top stories",
    # de
    "anzeige", "werbung", "teilen", "artikel teilen", "drucken", "merken", "kommentare", "kommentar schreiben",
    "mehr lesen", "weiterlesen", "mehr anzeigen", "mehr erfahren", "zum thema", "zur startseite", "nach oben", "lädt",
    "anmelden", "abonnieren", "zum inhalt springen", "externer inhalt", "externer inhalt nicht verfügbar",
    "empfohlener redaktioneller inhalt", "artikel anhören", "artikel merken", "nach der werbung weiterlesen",
    # fr
    "publicité", "partager", "partager cet article", "imprimer", "commentaires", "lire plus", "lire la suite",
    "voir plus", "en savoir plus", "s'abonner", "se connecter", "s'inscrire", "haut de page", "aller au contenu",
    "chargement", "suivez nous", "ajouter à vos favoris", "la suite après cette publicité", "réservé aux abonnés",
    # es
    "publicidad", "anuncio", "compartir", "comparte", "comentarios", "leer más", "ver más", "seguir leyendo",
    "suscríbete", "iniciar sesión", "regístrate", "ir al contenido", "cargando", "síguenos", "imprimir",
    # it
    "pubblicità", "condividi", "commenti", "leggi di più", "leggi tutto", "leggi anche", "continua a leggere",
    "abbonati", "accedi", "iscriviti", "vai al contenuto", "caricamento", "seguici", "stampa",
    # pt
    "publicidade", "partilhar", "compartilhar", "comentários", "leia mais", "ler mais", "ver mais", "continue lendo",
    "continua após a publicidade", "assine", "entrar", "carregando", "siga nos",
    # nl
    "advertentie", "reclame", "delen", "deel dit artikel", "reacties", "lees meer", "lees verder", "abonneren",
    "inloggen", "naar de inhoud", "laden", "volg ons",
    # pl
    "reklama", "udostępnij", "komentarze", "czytaj więcej", "czytaj dalej", "zobacz więcej", "zaloguj się",
    "subskrybuj", "dalszy ciąg materiału pod wideo", "ładowanie",
    # sv, no, da, fi
    "annons", "annonse", "annonce", "mainos", "dela", "dela artikeln", "del", "del artiklen", "jaa", "kommentarer",
    "kommentit", "läs mer", "les mer", "læs mere", "lue lisää", "logga in", "logg inn", "log ind", "prenumerera",
    "artikeln fortsätter under annonsen", "saken fortsetter under annonsen", "artiklen fortsætter efter annoncen",
    # cs, ro, tr, ru, uk
    "inzerát", "sdílet", "číst dále", "publicitate", "citește mai mult", "citește și", "reklam", "paylaş",
    "devamını oku", "реклама", "поделиться", "комментарии", "читать далее", "читайте также", "поділитися",
    "читати далі", "читайте також",
)  # fmt: skip
"""Whole lines."""

LIST_LABELS: Final = (
    "tags", "tag", "topics", "topics in this article", "more on this story", "more on this topic", "related",
    "related articles", "related stories", "related topics", "related posts", "related news", "related links",
    "related internet links", "read next", "up next", "recommended", "recommended for you", "recommended stories",
    "you may also like", "you might like", "you might also like", "more stories", "more from us", "most read",
    "most popular", "trending", "trending now", "popular now", "latest news", "filed under", "editor's picks",
    "don't miss these", "schlagworte", "schlagwörter", "themen", "mehr zum thema", "verwandte artikel",
    "verwandte themen", "das könnte sie auch interessieren", "meistgelesen", "auch interessant", "mots clés",
    "sur le même sujet", "à lire aussi", "articles liés", "les plus lus", "etiquetas", "temas", "más información",
    "noticias relacionadas", "te puede interesar", "lo más leído", "argomenti", "articoli correlati",
    "potrebbe interessarti anche", "assuntos", "notícias relacionadas", "mais lidas", "tópicos", "trefwoorden",
    "lees ook", "meer over", "gerelateerd", "meest gelezen", "tagi", "tematy", "zobacz także", "czytaj także",
    "najczęściej czytane", "läs också", "läs även", "les også", "læs også", "lue myös", "relaterat", "ämnen", "emner",
    "aiheet", "mest läst", "mest lest", "mest læste", "témata", "etiketler", "теги", "темы", "по теме",
)  # fmt: skip
"""Whole lines that head a list: what is short below them, to the end of the text, is the list."""

REFERENCES: Final = (
    "related", "related article", "related story", "related post", "related content", "related coverage", "read more",
    "read", "read also", "also read", "read next", "see also", "see more", "more", "more on this", "watch",
    "watch now", "listen", "don't miss", "must read", "recommended", "tags", "tag", "topics", "filed under", "follow",
    "via", "mehr zum thema", "mehr dazu", "lesen sie auch", "lesen sie hier", "auch interessant", "lesetipp",
    "weiterlesen", "schlagworte", "lire aussi", "à lire aussi", "à lire", "lire également", "voir aussi",
    "sur le même sujet", "mots clés", "lea también", "leer también", "lee también", "te puede interesar",
    "ver también", "más información", "etiquetas", "leggi anche", "guarda anche", "argomenti", "leia também",
    "leia mais", "veja também", "saiba mais", "assuntos", "lees ook", "lees meer", "bekijk ook", "czytaj też",
    "czytaj także", "czytaj również", "czytaj więcej", "zobacz też", "zobacz także", "tagi", "läs mer", "läs också",
    "läs även", "les også", "les mer", "læs også", "læs mere", "lue myös", "lue lisää", "citește și", "čtěte také",
    "ayrıca oku", "читайте также", "читайте також", "теги",
)  # fmt: skip
"""A label, a colon, and a pointer to something else."""

OPENINGS: Final = (
    "click here to", "click here for", "click to", "tap here to", "tap to", "sign up for", "sign up to",
    "sign up here", "sign up now", "subscribe to our", "subscribe to the", "subscribe for", "subscribe now",
    "subscribe here", "follow us on", "follow us at", "like us on", "join us on", "find us on",
    "share this article on", "share this on", "share on", "download our app", "download the app",
    "get our newsletter", "get the newsletter", "get breaking news", "enter your email", "your email address",
    "support our journalism", "already a subscriber", "please enable javascript", "enable javascript",
    "we use cookies", "this site uses cookies", "this website uses cookies", "by continuing to use this site",
    "our standards: the", "melden sie sich an", "jetzt anmelden", "jetzt abonnieren", "newsletter abonnieren",
    "folgen sie uns", "folge uns auf", "hier klicken", "wir verwenden cookies", "abonnez vous", "inscrivez vous",
    "suivez nous sur", "cliquez ici", "nous utilisons des cookies", "suscríbete a", "síguenos en", "haz clic",
    "haga clic", "utilizamos cookies", "regístrate en", "iscriviti a", "iscriviti alla", "seguici su", "clicca qui",
    "utilizziamo i cookie", "inscreva se", "siga nos", "siga o canal", "clique aqui", "receba as notícias",
    "schrijf je in", "meld je aan", "volg ons op", "klik hier", "zapisz się", "zapisz sie", "obserwuj nas",
    "kliknij tutaj", "prenumerera på", "följ oss på", "klicka här", "følg oss på", "følg os på", "подписывайтесь на",
    "подпишитесь на", "следите за", "підписуйтесь на",
)  # fmt: skip
"""How an invitation begins that is short and no sentence."""

CREDITS: Final = (
    "photo", "photos", "photograph", "photo credit", "photo courtesy", "image", "images", "image credit", "picture",
    "pictures", "credit", "photograph by", "foto", "fotos", "bild", "bilder", "bildquelle", "quelle", "crédit",
    "crédits", "crédit photo", "photo d'illustration", "imagen", "fotografía", "foto di", "immagine", "imagem",
    "crédito", "beeld", "zdjęcie", "fot.", "źródło", "bild:", "foto av", "kuva", "fotoğraf", "фото", "источник",
    "джерело",
)  # fmt: skip

STAMPS: Final = (
    "published", "published on", "published at", "first published", "updated", "last updated", "last modified",
    "posted", "posted on", "veröffentlicht", "aktualisiert", "stand", "erstellt", "publié", "publié le", "mis à jour",
    "mis à jour le", "modifié le", "publicado", "publicado el", "actualizado", "pubblicato", "pubblicato il",
    "aggiornato", "publicado em", "atualizado em", "gepubliceerd", "bijgewerkt", "opublikowano", "aktualizacja",
    "publicerad", "uppdaterad", "publisert", "oppdatert", "publiceret", "opdateret", "julkaistu", "päivitetty",
    "опубликовано", "обновлено",
)  # fmt: skip
