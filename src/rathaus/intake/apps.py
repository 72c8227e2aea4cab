from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "rathaus.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.engines.forms.public import FileInfected
        from rathaus.engines.processes.public import TaskCreated, process_starter, subject_data
        from rathaus.identity.public import policies
        from rathaus.intake import personal_data, receivers, rules
        from rathaus.intake.erasure import register_eraser
        from rathaus.intake.events import ApplicationReceived, InquirySent
        from rathaus.intake.queries.applications import ApplicationData
        from rathaus.intake.services.of_office import CaseStarter
        from rathaus.intake.timeline import register_texts
        from rathaus.kernel.public import events

        register_texts()
        policies.register(rules.ASK, rules.may_ask)
        policies.register(rules.REPLY, rules.may_reply)
        policies.register(rules.COUNTER, rules.may_receive_at_counter)
        events.subscribe(ApplicationReceived, receivers.file_pdf)
        events.subscribe(ApplicationReceived, receivers.tell_applicant)
        events.subscribe(InquirySent, receivers.deliver_question)
        events.subscribe(TaskCreated, receivers.involve_unit)
        events.subscribe(FileInfected, receivers.tell_of_infected_file)
        subject_data.register(ApplicationData())
        process_starter.register(CaseStarter())
        register_eraser()
        personal_data.register()
