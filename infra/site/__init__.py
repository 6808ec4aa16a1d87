"""The pages that need no JavaScript: guidance per procedure, agencies, the list of all procedures.

They are written into the site bucket when something is published, beside the catalogue's JSON and after it:

    tt/<code>                a procedure's guidance             tt/index.html            procedures to file here, fields
    tt/linh-vuc/<field>      the procedures of one field        tt/tat-ca                every procedure on one page
    cq/<code>                an agency                          sitemap.xml              addresses of all of these
    en/…                     the same pages in English          robots.txt               what is for no index

A page is made from what is published, never from what somebody means to publish: rendering again, after a publisher
died or a template changed, gives the same page. This is infra code, because publishing is an operator's act; no
function of the portal renders HTML, and none needs the template library.
"""
