"""The vocabulary of lines that move without an edit: counters, and the time since something."""

from typing import Final

COUNTED: Final = frozenset(
    # what is counted
    "view views viewed read reads reader readers share shares shared comment comments reply replies like likes click"
    " clicks vote votes reaction reactions follower followers subscriber subscribers visit visits play plays"
    " aufrufe aufruf kommentare kommentar leser gelesen geteilt vues vue lectures commentaire commentaires partages"
    " partage visitas vistas visualizaciones comentario comentarios compartido lecturas visualizzazioni letture commenti"
    " commento condivisioni visualizações comentários leituras weergaven reacties reactie keer gelezen wyświetleń"
    " wyświetlenia komentarze komentarzy visningar kommentarer просмотров просмотра комментариев комментария"
    # reading time
    " lesezeit lesedauer lectura leestijd leitura lettura".split()
)
AGO: Final = frozenset(
    "ago updated update just now published posted modified edited y"
    " vor aktualisiert stand zuletzt gerade eben hace actualizado actualizada fa aggiornato aggiornata geleden"
    " bijgewerkt há atrás atualizado atualizada temu aktualizacja sedan uppdaterad siden opdateret oppdatert"
    " назад обновлено".split()
)
UNITS: Final = frozenset(
    "second seconds sec secs s minute minutes min mins m hour hours hr hrs h day days d week weeks"
    " sekunde sekunden minuten stunde stunden tag tagen tage uhr seconde secondes heure heures jour jours"
    " segundo segundos minuto minutos hora horas día días dia dias minuti ore ora giorno giorni uur dag dagen"
    " minut minuty godzin godziny godzinę minuter timme timmar minutter time timer dage"
    " минут минуты минуту часов часа час дней дня".split()
)
FILLERS: Final = frozenset(
    "a an and at by few in it last less more of on one people persons than that the this times to was has have been"
    " article story page time k m am pm utc gmt cet cest est edt bst"
    " am der die das den um und mal mehr als il à a le la les de du et mis jour plus el los las por más que fue"
    " alle il lo gli di e più op om de het en às o os em e mais kl"
    " w i z в на".split()
)
"""Words that stand between those without meaning anything alone."""
