"""The vocabulary of lines that move without an edit: counters, and the time since something."""

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


COUNTED: Final = _set(
    """
    view views viewed read reads reader readers share shares shared comment comments reply replies like likes click
    clicks vote votes reaction reactions follower followers subscriber subscribers visit visits play plays
    aufrufe aufruf kommentare kommentar leser gelesen geteilt lesezeit lesedauer
    vues vue lectures lecture commentaire commentaires partages partage
    visitas vistas visualizaciones comentario comentarios compartido lecturas lectura
    visualizzazioni letture commenti commento condivisioni lettura visualizações comentários leituras leitura
    weergaven reacties reactie keer leestijd wyświetleń wyświetlenia komentarze komentarzy visningar kommentarer
    просмотров просмотра комментариев комментария
    """
)
"""What is counted, and what the time for reading is called."""
AGO: Final = _set(
    """
    ago updated update just now published posted modified edited y
    vor aktualisiert stand zuletzt gerade eben hace actualizado actualizada fa aggiornato aggiornata
    geleden bijgewerkt há atrás atualizado atualizada temu aktualizacja sedan uppdaterad siden opdateret oppdatert
    назад обновлено
    """
)
"""Words for the time since something; "y" is the French one ("il y a")."""
UNITS: Final = _set(
    """
    second seconds sec secs s minute minutes min mins m hour hours hr hrs h day days d week weeks
    sekunde sekunden minuten stunde stunden tag tagen tage uhr seconde secondes heure heures jour jours
    segundo segundos minuto minutos hora horas día días dia dias minuti ore ora giorno giorni uur dag dagen
    minut minuty godzin godziny godzinę minuter timme timmar minutter time timer dage
    минут минуты минуту часов часа час дней дня
    """
)
FILLERS: Final = _set(
    """
    a an and at by few in it last less more of on one people persons than that the this times to was has have been
    article story page k am pm utc gmt cet cest est edt bst
    der die das den um und mal mehr als il à le la les de du et mis plus el los las por más que fue
    alle lo gli di e più op om het en às o os em e mais kl w i z в на
    """
)
"""Words that stand between those and mean nothing alone."""
