"""What operators look at in the console: alarms, dashboards, saved queries; added to the template when it is packaged.

Written as tables, because what matters about sixty alarms is what tells them apart. `python -m infra.monitoring FILE`
writes the whole template, infra/template.yaml with these resources, as JSON.
"""
