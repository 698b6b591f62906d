from iep_mail.cli.main import main

main()
